package io.muster.web.security;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import org.camunda.bpm.webapp.impl.security.auth.Authentication;
import org.camunda.bpm.webapp.impl.security.auth.Authentications;
import org.camunda.bpm.webapp.impl.security.filter.util.CsrfConstants;

/** The login of Camunda's web apps, so that their plugins can call Muster's API. */
final class WebappSession {

    /** {@code AuthenticationUtil.CAM_AUTH_SESSION_KEY}, which is protected. */
    private static final String AUTHENTICATIONS = "authenticatedUser";

    private final String engine;

    WebappSession(String engine) {
        this.engine = engine;
    }

    Optional<String> user(HttpServletRequest request) {
        HttpSession session = request.getSession(false);
        return session != null && session.getAttribute(AUTHENTICATIONS) instanceof Authentications logins
                ? Optional.ofNullable(logins.getAuthenticationForProcessEngine(engine))
                        .map(Authentication::getName)
                : Optional.empty();
    }

    /** Whether the request only reads, or carries the session's token: a foreign page can send the cookie, not the token. */
    boolean intended(HttpServletRequest request) {
        if (CsrfConstants.CSRF_NON_MODIFYING_METHODS_PATTERN
                .matcher(request.getMethod())
                .matches()) {
            return true;
        }
        HttpSession session = request.getSession(false);
        String given = request.getHeader(CsrfConstants.CSRF_TOKEN_HEADER_NAME);
        return session != null
                && given != null
                && session.getAttribute(CsrfConstants.CSRF_TOKEN_SESSION_ATTR_NAME) instanceof String token
                && MessageDigest.isEqual(
                        token.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
    }
}
