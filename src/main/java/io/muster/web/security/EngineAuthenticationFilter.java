package io.muster.web.security;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.camunda.bpm.engine.IdentityService;
import org.springframework.http.HttpHeaders;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.filter.OncePerRequestFilter;

/** Authenticates a request by HTTP Basic, else by the web apps' session, for Spring Security and for the engine. */
final class EngineAuthenticationFilter extends OncePerRequestFilter {

    private final EngineUsers users;
    private final WebappSession session;
    private final IdentityService identity;
    private final Errors errors;

    EngineAuthenticationFilter(EngineUsers users, WebappSession session, IdentityService identity, Errors errors) {
        this.users = users;
        this.session = session;
        this.identity = identity;
        this.errors = errors;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        identity.clearAuthentication();
        String header = request.getHeader(HttpHeaders.AUTHORIZATION);
        if (header != null) {
            basic(header, request, response, chain);
            return;
        }
        Optional<Caller> caller = session.user(request).flatMap(users::find);
        if (caller.isPresent() && !session.intended(request)) {
            errors.forbidden(
                    response,
                    "A " + request.getMethod() + " in a login session needs the header X-XSRF-TOKEN with the value of "
                            + "the XSRF-TOKEN cookie. Scripts use HTTP Basic instead.");
        } else if (caller.isPresent()) {
            proceed(caller.get(), request, response, chain);
        } else {
            chain.doFilter(request, response);
        }
    }

    private void basic(String header, HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Optional<BasicCredentials> credentials = BasicCredentials.parse(header);
        if (credentials.isEmpty()) {
            errors.unauthorized(response, "The Authorization header is not HTTP Basic with a user and a password.");
            return;
        }
        Optional<Caller> caller =
                users.authenticate(credentials.get().user(), credentials.get().password());
        if (caller.isEmpty()) {
            errors.unauthorized(
                    response,
                    "Unknown user or wrong password. After failed attempts an account is locked for a while, and "
                            + "after ten until an administrator unlocks it.");
            return;
        }
        proceed(caller.get(), request, response, chain);
    }

    private void proceed(Caller caller, HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        SecurityContext context = SecurityContextHolder.createEmptyContext();
        context.setAuthentication(caller);
        SecurityContextHolder.setContext(context);
        identity.setAuthentication(caller.user(), caller.groups(), List.of());
        try {
            chain.doFilter(request, response);
        } finally {
            identity.clearAuthentication();
            SecurityContextHolder.clearContext();
        }
    }
}
