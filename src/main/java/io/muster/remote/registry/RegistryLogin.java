package io.muster.remote.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.muster.inventory.Inventory;
import io.muster.inventory.Secrets;
import io.muster.remote.http.HttpReply;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** Answers a registry's challenge: by user and password, or by a token that is fetched with them or without. */
final class RegistryLogin {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Fetches a token from where the registry says, perhaps with an Authorization. */
    interface TokenSource {
        HttpReply ask(URI at, Optional<String> authorization);
    }

    private final ImageName image;
    private final Optional<Inventory.Registry> registry;
    private final Secrets secrets;

    RegistryLogin(ImageName image, Optional<Inventory.Registry> registry, Secrets secrets) {
        this.image = image;
        this.registry = registry;
        this.secrets = secrets;
    }

    /**
     * @param own whether it is the registry itself that asks, and no one it sent us to
     * @return the value of the Authorization header
     */
    String answer(List<Challenge> challenges, boolean own, TokenSource tokens) {
        Optional<Challenge> bearer =
                challenges.stream().filter(c -> c.scheme().equals("bearer")).findFirst();
        if (bearer.isPresent()) {
            return "Bearer " + token(bearer.get(), own, tokens);
        }
        if (challenges.stream().noneMatch(c -> c.scheme().equals("basic"))) {
            throw failed("it wants to be asked in a way that Muster does not know. Basic and Bearer are known.");
        }
        return basic(own)
                .orElseThrow(() -> failed("it wants a user name and a password. Give `username` and `password` for it"
                        + " under `registries` in the inventory."));
    }

    private String token(Challenge challenge, boolean own, TokenSource tokens) {
        URI at = realm(challenge);
        Optional<String> basic = basic(own);
        if (basic.isPresent() && !"https".equalsIgnoreCase(at.getScheme()) && tlsWanted()) {
            throw failed("it wants the password sent to " + at.getHost() + " without TLS, which is not done.");
        }
        HttpReply reply = tokens.ask(at, basic);
        if (reply.status() == 401 || reply.status() == 403) {
            throw failed(at.getHost() + " gives no token (status " + reply.status() + ") " + as()
                    + ". Check the user name, the password, and that it may pull this repository.");
        }
        if (reply.status() >= 500 || reply.status() == 429) {
            throw new StepFailure.Transient(
                    ImageRegistryApi.REGISTRY_ERROR,
                    "The registry " + image.registry() + " has no token for us at the moment: " + at.getHost()
                            + " answered with status " + reply.status() + ".");
        }
        return token(reply)
                .orElseThrow(() ->
                        failed(at.getHost() + " answered with status " + reply.status() + ", but with no token."));
    }

    private static Optional<String> token(HttpReply reply) {
        try {
            JsonNode body = JSON.readTree(reply.body());
            return Optional.ofNullable(body.path("token").textValue())
                    .or(() -> Optional.ofNullable(body.path("access_token").textValue()))
                    .filter(token -> !token.isEmpty());
        } catch (JsonProcessingException e) {
            return Optional.empty();
        } catch (java.io.IOException e) {
            throw new IllegalStateException("Bytes in memory cannot be read", e);
        }
    }

    private URI realm(Challenge challenge) {
        List<String> query = new ArrayList<>();
        challenge.parameter("service").ifPresent(service -> query.add("service=" + encode(service)));
        query.add("scope=" + encode(challenge.parameter("scope").orElse("repository:" + image.repository() + ":pull")));
        try {
            String realm = challenge.parameter("realm").orElse("");
            URI uri = new URI(realm + (realm.contains("?") ? "&" : "?") + String.join("&", query));
            if (uri.getHost() != null && uri.getScheme().matches("(?i)https?")) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // Said below.
        }
        throw failed("it does not say where to get a token (its realm is no URL).");
    }

    private boolean tlsWanted() {
        return registry.map(r -> r.url().startsWith("https")).orElse(true);
    }

    private Optional<String> basic(boolean own) {
        if (!own || registry.isEmpty()) {
            return Optional.empty();
        }
        Inventory.Registry known = registry.get();
        if (known.username().isEmpty() || known.password().isEmpty()) {
            return Optional.empty();
        }
        try {
            String pair = known.username().get() + ":"
                    + secrets.resolve(known.password().get());
            return Optional.of("Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
        } catch (Secrets.SecretMissing e) {
            throw new StepFailure.Fatal(
                    Reason.SECRET_MISSING,
                    "Cannot log in to the registry " + image.registry() + ": " + e.getMessage(),
                    e);
        }
    }

    /** For messages. */
    String as() {
        return registry.flatMap(Inventory.Registry::username)
                .map(user -> "to user " + user)
                .orElse("without a user (the inventory has none for this registry)");
    }

    private StepFailure failed(String why) {
        return RegistrySession.refused("The registry " + image.registry() + " does not let us read " + image, why);
    }

    private static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
