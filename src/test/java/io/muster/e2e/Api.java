package io.muster.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Muster from outside: HTTP with the sandbox's accounts, whose passwords are their names, or with others. */
final class Api {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client = HttpClient.newHttpClient();
    private final String base;
    private final UnaryOperator<String> passwords;

    record Answer(int status, String body, HttpHeaders headers) {

        String header(String name) {
            return headers.firstValue(name).orElse("");
        }

        JsonNode json() {
            try {
                return JSON.readTree(body);
            } catch (IOException e) {
                throw new UncheckedIOException("Not JSON: " + body, e);
            }
        }

        String message() {
            return json().path("message").asText();
        }
    }

    Api(String base) {
        this(base, UnaryOperator.identity());
    }

    private Api(String base, UnaryOperator<String> passwords) {
        this.base = base;
        this.passwords = passwords;
    }

    /** @param byUser passwords */
    Api knowing(UnaryOperator<String> byUser) {
        return new Api(base, byUser);
    }

    Answer get(String user, String path) {
        return send("GET", Optional.of(user), path, Optional.empty());
    }

    /** @return the file's bytes, of an answer that must be 200 */
    byte[] download(String user, String path) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(base + path))
                .header("Authorization", "Basic " + credentials(user))
                .build();
        try {
            var answer = client.send(request, BodyHandlers.ofByteArray());
            if (answer.statusCode() != 200) {
                throw new AssertionError(
                        answer.statusCode() + ": " + new String(answer.body(), StandardCharsets.UTF_8));
            }
            return answer.body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    Answer getAsNobody(String path) {
        return send("GET", Optional.empty(), path, Optional.empty());
    }

    Answer post(String user, String path, Object body) {
        return send("POST", Optional.of(user), path, Optional.of(body));
    }

    Answer post(String user, String path, Object body, Map<String, String> headers) {
        return send("POST", Optional.of(user), path, Optional.of(body), headers);
    }

    Answer put(String user, String path, Object body) {
        return send("PUT", Optional.of(user), path, Optional.of(body));
    }

    Answer delete(String user, String path) {
        return send("DELETE", Optional.of(user), path, Optional.empty());
    }

    Answer postAsNobody(String path, Object body) {
        return send("POST", Optional.empty(), path, Optional.of(body));
    }

    private Answer send(String method, Optional<String> user, String path, Optional<Object> body) {
        return send(method, user, path, body, Map.of());
    }

    private Answer send(
            String method, Optional<String> user, String path, Optional<Object> body, Map<String, String> headers) {
        try {
            URI uri = path.startsWith("http") ? URI.create(path) : URI.create(base + path);
            HttpRequest.Builder request = HttpRequest.newBuilder(uri);
            request.method(method, BodyPublishers.noBody());
            headers.forEach(request::header);
            user.ifPresent(name -> request.header("Authorization", "Basic " + credentials(name)));
            if (body.isPresent()) {
                request.header("Content-Type", "application/json")
                        .method(method, BodyPublishers.ofString(JSON.writeValueAsString(body.get())));
            }
            var answer = client.send(request.build(), BodyHandlers.ofString());
            return new Answer(answer.statusCode(), answer.body(), answer.headers());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private String credentials(String user) {
        return Base64.getEncoder()
                .encodeToString((user + ":" + passwords.apply(user)).getBytes(StandardCharsets.UTF_8));
    }
}
