package io.muster.web.api;

import io.muster.engine.RecoveryRefused;
import io.muster.engine.Refused;
import io.muster.inventory.InvalidReference;
import io.muster.step.StepFailure;
import java.util.Map;
import java.util.stream.Collectors;
import org.camunda.bpm.engine.AuthorizationException;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.validation.BindException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;

/** Every error of the API as {@code {"reason": …, "message": …}}. */
@RestControllerAdvice(basePackageClasses = ApiErrors.class)
class ApiErrors {

    @ExceptionHandler
    ResponseEntity<Map<String, String>> notFound(NotFound e) {
        return answer(HttpStatus.NOT_FOUND, "NotFound", e.getMessage());
    }

    @ExceptionHandler
    ResponseEntity<Map<String, String>> notInInventory(InvalidReference e) {
        return answer(HttpStatus.NOT_FOUND, "NotInInventory", e.getMessage());
    }

    /** What a registry or host said while it was asked. */
    @ExceptionHandler
    ResponseEntity<Map<String, String>> failed(StepFailure e) {
        return answer(HttpStatus.BAD_GATEWAY, e.reason(), e.getMessage());
    }

    /** What the engine's rules refuse. */
    @ExceptionHandler
    ResponseEntity<Map<String, String>> refused(Refused e) {
        HttpStatus status = HttpStatus.valueOf(e.getStatus().getStatusCode());
        String reason =
                switch (status) {
                    case FORBIDDEN -> "Forbidden";
                    case CONFLICT -> "Conflict";
                    default -> "InvalidInput";
                };
        return answer(status, reason, e.getMessage());
    }

    @ExceptionHandler
    ResponseEntity<Map<String, String>> notAuthorized(AuthorizationException e) {
        return answer(HttpStatus.FORBIDDEN, "Forbidden", e.getMessage());
    }

    @ExceptionHandler
    ResponseEntity<Map<String, String>> notToDecide(RecoveryRefused e) {
        return e.isUnknown()
                ? answer(HttpStatus.NOT_FOUND, "NotFound", e.getMessage())
                : answer(HttpStatus.CONFLICT, "Conflict", e.getMessage());
    }

    @ExceptionHandler
    ResponseEntity<Map<String, String>> unreadable(HttpMessageNotReadableException e) {
        return answer(
                HttpStatus.BAD_REQUEST, "InvalidInput", "The request's body is missing or is not the JSON asked for.");
    }

    @ExceptionHandler
    ResponseEntity<Map<String, String>> invalid(InvalidRequest e) {
        return answer(HttpStatus.BAD_REQUEST, "InvalidInput", e.getMessage());
    }

    @ExceptionHandler
    ResponseEntity<Map<String, String>> mistyped(MethodArgumentTypeMismatchException e) {
        return answer(
                HttpStatus.BAD_REQUEST,
                "InvalidInput",
                "'" + e.getValue() + "' is no value for `" + e.getName() + "`.");
    }

    @ExceptionHandler
    ResponseEntity<Map<String, String>> mistyped(BindException e) {
        return answer(
                HttpStatus.BAD_REQUEST,
                "InvalidInput",
                e.getFieldErrors().stream()
                        .map(error -> "'" + error.getRejectedValue() + "' is no value for `" + error.getField() + "`.")
                        .collect(Collectors.joining(" ")));
    }

    @ExceptionHandler
    ResponseEntity<Map<String, String>> forbidden(Forbidden e) {
        return answer(HttpStatus.FORBIDDEN, "Forbidden", e.getMessage());
    }

    @ExceptionHandler
    ResponseEntity<Map<String, String>> notWritten(NotWritten e) {
        return answer(HttpStatus.INSUFFICIENT_STORAGE, "NotWritten", e.getMessage());
    }

    @ExceptionHandler
    ResponseEntity<Map<String, String>> conflict(Conflict e) {
        return answer(HttpStatus.CONFLICT, "Conflict", e.getMessage());
    }

    private static ResponseEntity<Map<String, String>> answer(HttpStatus status, String reason, String message) {
        return ResponseEntity.status(status).body(Map.of("reason", reason, "message", message));
    }
}
