package io.muster.web.security;

import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.access.AccessDeniedHandler;

/** Answers to who may not come in, as JSON with what to do. */
final class Errors implements AuthenticationEntryPoint, AccessDeniedHandler {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Override
    public void commence(HttpServletRequest request, HttpServletResponse response, AuthenticationException e)
            throws IOException {
        String message =
                "Nobody is logged in. Use HTTP Basic with a Muster account, or log in at /camunda/app/tasklist/.";
        if (fromScript(request)) {
            write(response, HttpStatus.UNAUTHORIZED, message);
        } else {
            unauthorized(response, message);
        }
    }

    /** To a script in a page, a challenge would open the browser's own password dialog over the page. */
    private static boolean fromScript(HttpServletRequest request) {
        return "empty".equals(request.getHeader("Sec-Fetch-Dest")) || request.getHeader("X-Requested-With") != null;
    }

    @Override
    public void handle(HttpServletRequest request, HttpServletResponse response, AccessDeniedException e)
            throws IOException {
        String user = request.getUserPrincipal() == null
                ? ""
                : request.getUserPrincipal().getName() + " ";
        write(
                response,
                HttpStatus.FORBIDDEN,
                user + "may not " + request.getMethod() + " " + request.getRequestURI()
                        + ". Ask an administrator which group may.");
    }

    void unauthorized(HttpServletResponse response, String message) throws IOException {
        response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Basic realm=\"Muster\", charset=\"UTF-8\"");
        write(response, HttpStatus.UNAUTHORIZED, message);
    }

    void forbidden(HttpServletResponse response, String message) throws IOException {
        write(response, HttpStatus.FORBIDDEN, message);
    }

    private static void write(HttpServletResponse response, HttpStatus status, String message) throws IOException {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("status", status.value());
        body.put("error", status.getReasonPhrase());
        body.put("message", message);
        response.setStatus(status.value());
        response.setContentType(MediaType.APPLICATION_JSON_VALUE);
        response.getOutputStream().write(JSON.writeValueAsBytes(body));
    }
}
