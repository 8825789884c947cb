package io.muster.remote.registry;

import io.muster.inventory.Inventory;
import io.muster.remote.http.HttpCall;
import io.muster.remote.http.HttpFailed;
import io.muster.remote.http.HttpReply;
import io.muster.remote.http.HttpWire;
import io.muster.remote.tls.Trust;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The requests of one call to a registry; what it was let in with is kept for the next one, and for no longer. */
final class RegistrySession {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int MAX_BYTES = 8 << 20;
    private static final int MAX_REDIRECTS = 5;

    private final HttpWire wire;
    private final Inventory.Environment environment;
    private final Trust trust;
    private final URI base;
    private final RegistryLogin login;
    private final Map<String, String> authorizations = new HashMap<>();

    RegistrySession(HttpWire wire, Inventory.Environment environment, Trust trust, URI base, RegistryLogin login) {
        this.wire = wire;
        this.environment = environment;
        this.trust = trust;
        this.base = base;
        this.login = login;
    }

    URI base() {
        return base;
    }

    /** Asks, logs in where that is wanted, and follows redirects; the password goes to the registry's own address only. */
    HttpReply get(URI uri, String accept) {
        URI at = uri;
        for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
            HttpReply reply = authorized(at, accept);
            Optional<URI> next = redirect(at, reply);
            if (next.isEmpty()) {
                return reply;
            }
            at = next.get();
        }
        throw new StepFailure.Fatal(
                ImageRegistryApi.REGISTRY_ERROR,
                "The registry " + base + " sends us in circles: more than " + MAX_REDIRECTS + " redirects from "
                        + uri.getPath() + ". Set `url` of the registry in the inventory to where it really is.");
    }

    private HttpReply authorized(URI uri, String accept) {
        HttpReply reply = send(uri, accept, Optional.ofNullable(authorizations.get(origin(uri))));
        if (reply.status() != 401) {
            return reply;
        }
        List<Challenge> challenges = Challenge.parse(reply.headers().getOrDefault("WWW-Authenticate", List.of()));
        boolean own = origin(uri).equals(origin(base));
        String authorization = login.answer(challenges, own, (at, basic) -> send(at, "application/json", basic));
        authorizations.put(origin(uri), authorization);
        return send(uri, accept, Optional.of(authorization));
    }

    private HttpReply send(URI uri, String accept, Optional<String> authorization) {
        Map<String, String> headers = new HashMap<>(Map.of("Accept", accept));
        authorization.ifPresent(value -> headers.put("Authorization", value));
        HttpCall call =
                new HttpCall(environment, trust, "GET", uri, headers, Optional.empty(), false, TIMEOUT, MAX_BYTES);
        try {
            return complete(uri, wire.send(call));
        } catch (HttpFailed e) {
            throw e.failure();
        }
    }

    private static HttpReply complete(URI uri, HttpReply reply) {
        if (reply.truncated()) {
            throw new StepFailure.Fatal(
                    ImageRegistryApi.REGISTRY_ERROR,
                    "The registry answered " + uri.getHost() + uri.getPath() + " with more than " + MAX_BYTES
                            + " bytes, which no manifest and no page of tags has. Check `url` of the registry.");
        }
        return reply;
    }

    private Optional<URI> redirect(URI from, HttpReply reply) {
        boolean moved = List.of(301, 302, 303, 307, 308).contains(reply.status());
        if (!moved) {
            return Optional.empty();
        }
        try {
            URI to = from.resolve(reply.header("Location").orElse(""));
            boolean weaker = "https".equalsIgnoreCase(from.getScheme()) && !"https".equalsIgnoreCase(to.getScheme());
            if (to.getHost() != null && !weaker) {
                return Optional.of(to);
            }
        } catch (IllegalArgumentException e) {
            // Said below.
        }
        throw new StepFailure.Fatal(
                ImageRegistryApi.REGISTRY_ERROR,
                "The registry " + base + " sends us from " + from.getPath() + " to a place that is no URL or has no"
                        + " TLS, where we do not go. Set `url` of the registry in the inventory to where it really is.");
    }

    static String origin(URI uri) {
        return uri.getScheme() + "://" + uri.getAuthority();
    }

    static StepFailure refused(String what, String why) {
        return new StepFailure.Fatal(Reason.AUTHENTICATION_FAILED, what + ": " + why);
    }
}
