package io.muster.sandbox.proxmox;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Finds the token of an {@code Authorization} header. What is wrong with a token is not told, as Proxmox VE does not. */
final class Authentication {
    private static final String SCHEME = "PVEAPIToken=";

    private static final String COOKIE = "PVEAuthCookie=";

    private final List<ApiToken> tokens;
    private final Sessions sessions;
    private final Faults faults;
    private final Clock clock;

    Authentication(List<ApiToken> tokens, Sessions sessions, Faults faults, Clock clock) {
        this.tokens = List.copyOf(tokens);
        this.sessions = sessions;
        this.faults = faults;
        this.clock = clock;
    }

    /**
     * @param headers by name
     * @throws ApiError 401
     */
    ApiToken token(String verb, Function<String, Optional<String>> headers) {
        Optional<String> cookie = headers.apply("Cookie").filter(value -> value.startsWith(COOKIE));
        return cookie.isPresent()
                ? session(verb, cookie.get().substring(COOKIE.length()), headers.apply("CSRFPreventionToken"))
                : token(headers.apply("Authorization"));
    }

    /** A change needs more than the ticket, which a browser would send for anybody. */
    private ApiToken session(String verb, String ticket, Optional<String> csrf) {
        Sessions.Session session = sessions.find(ticket)
                .orElseThrow(() -> ApiError.unauthorized("permission denied - invalid PVE ticket"));
        if (!verb.equals("GET") && csrf.filter(session.csrf()::equals).isEmpty()) {
            throw ApiError.unauthorized("Permission denied - invalid csrf token");
        }
        return ApiToken.login(session.account().user());
    }

    private ApiToken token(Optional<String> header) {
        String credentials = header.filter(value -> value.startsWith(SCHEME))
                .map(value -> value.substring(SCHEME.length()))
                .orElseThrow(() -> ApiError.unauthorized("No ticket"));
        int equals = credentials.indexOf('=');
        String id = equals < 0 ? credentials : credentials.substring(0, equals);
        String secret = equals < 0 ? "" : credentials.substring(equals + 1);
        return tokens.stream()
                .filter(token -> token.id().equals(id) && same(token.secret(), secret) && isValid(token))
                .findFirst()
                .map(faults::effective)
                .orElseThrow(() -> ApiError.unauthorized("Authentication failed!"));
    }

    private boolean isValid(ApiToken token) {
        boolean ended =
                token.expires().filter(end -> !clock.instant().isBefore(end)).isPresent();
        return !ended && !faults.tokensExpired();
    }

    private static boolean same(String expected, String given) {
        return MessageDigest.isEqual(expected.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
    }
}
