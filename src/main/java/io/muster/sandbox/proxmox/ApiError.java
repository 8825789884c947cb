package io.muster.sandbox.proxmox;

import java.util.Map;
import java.util.Optional;

/** An answer that is not 200, in the forms that Proxmox VE gives: its text is the reason phrase. */
final class ApiError extends RuntimeException {
    /** What the body holds. */
    enum Body {
        NONE,
        TEXT,
        JSON
    }

    private static final int BAD_REQUEST = 400;
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int SERVER_ERROR = 500;
    private static final int NOT_IMPLEMENTED = 501;

    private final int status;
    private final Body body;
    private final String lineEnd;
    private final transient Map<String, String> errors;

    private ApiError(int status, String text, Body body, String lineEnd, Map<String, String> errors) {
        super(text, null, false, false);
        this.status = status;
        this.body = body;
        this.lineEnd = lineEnd;
        this.errors = errors;
    }

    /** 500: the operation was refused or failed. */
    static ApiError failed(String text) {
        return new ApiError(SERVER_ERROR, text, Body.JSON, "\n", Map.of());
    }

    /** 400 with one text a parameter. */
    static ApiError badParameters(Map<String, String> errors) {
        return new ApiError(BAD_REQUEST, "Parameter verification failed.", Body.JSON, "\n", errors);
    }

    static ApiError badParameter(String name, String text) {
        return badParameters(Map.of(name, text));
    }

    /** 401, whose text is in the reason phrase only. */
    static ApiError unauthorized(String text) {
        return new ApiError(UNAUTHORIZED, text, Body.NONE, "", Map.of());
    }

    /** 401 with a body, unlike the others. */
    static ApiError wrongPassword() {
        return new ApiError(UNAUTHORIZED, "authentication failure", Body.JSON, "\n", Map.of());
    }

    /** 403. */
    static ApiError forbidden(String what) {
        String detail = what.isEmpty() ? "" : " (" + what + ")";
        return new ApiError(FORBIDDEN, "Permission check failed" + detail, Body.JSON, "\n", Map.of());
    }

    /** 501: nothing is there. */
    static ApiError noSuchMethod(String method, String path) {
        return new ApiError(
                NOT_IMPLEMENTED, "Method '" + method + " " + path + "' not implemented", Body.JSON, "", Map.of());
    }

    static ApiError noSuchFile(String path) {
        return new ApiError(NOT_IMPLEMENTED, "no such file '" + path + "'", Body.NONE, "", Map.of());
    }

    static ApiError unavailableMethod(String method) {
        return new ApiError(NOT_IMPLEMENTED, "method '" + method + "' not available", Body.NONE, "", Map.of());
    }

    static ApiError unexpectedContent(String method) {
        return new ApiError(NOT_IMPLEMENTED, "Unexpected content for method '" + method + "'", Body.TEXT, "", Map.of());
    }

    static ApiError malformedBody(String text) {
        return new ApiError(BAD_REQUEST, text, Body.NONE, "", Map.of());
    }

    static ApiError unsupportedContentType(String type) {
        return new ApiError(506, "upload 'Content-Type '" + type + "' not implemented", Body.NONE, "", Map.of());
    }

    int status() {
        return status;
    }

    Body body() {
        return body;
    }

    /** The text as the body's {@code message} has it. */
    String message() {
        return getMessage() + lineEnd;
    }

    Optional<Map<String, String>> errors() {
        return Optional.of(errors).filter(map -> !map.isEmpty());
    }
}
