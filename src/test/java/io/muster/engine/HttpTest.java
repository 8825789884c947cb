package io.muster.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/** A test over HTTP, from outside. */
abstract class HttpTest extends EngineTest {

    static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    record Answer(int status, String body, HttpResponse<String> response) {
        JsonNode json() {
            try {
                return JSON.readTree(body);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        String message() {
            return json().path("message").asText();
        }

        Optional<String> header(String name) {
            return response.headers().firstValue(name);
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .header("Accept", "application/json, text/plain, text/html");
    }

    private static HttpRequest.Builder as(HttpRequest.Builder request, String user, String password) {
        String credentials =
                Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
        return request.header("Authorization", "Basic " + credentials);
    }

    static Answer send(HttpClient client, HttpRequest.Builder request) {
        try {
            HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.body(), response);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    Answer get(String path) {
        return send(CLIENT, request(path));
    }

    /** With HTTP Basic; sandbox accounts have their names as passwords. */
    Answer get(String user, String path) {
        return get(user, user, path);
    }

    Answer get(String user, String password, String path) {
        return send(CLIENT, as(request(path), user, password));
    }

    Answer send(String user, String method, String path, Object body) {
        return send(
                CLIENT,
                as(request(path), user, user)
                        .header("Content-Type", "application/json")
                        .method(method, BodyPublishers.ofString(json(body))));
    }

    Answer post(String user, String path, Object body) {
        return send(user, "POST", path, body);
    }

    static String json(Object body) {
        try {
            return JSON.writeValueAsString(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Map<String, Object> variable(Object value) {
        return Map.of("value", value);
    }

    /** A login in the web apps. */
    final class Session {
        private final HttpClient client =
                HttpClient.newBuilder().cookieHandler(new CookieManager()).build();
        private String token;

        Session(String user) {
            token = HttpTest.send(client, request("/camunda/app/tasklist/default/"))
                    .header("X-XSRF-TOKEN")
                    .orElseThrow();
            Answer login = HttpTest.send(
                    client,
                    request("/camunda/api/admin/auth/user/default/login/tasklist")
                            .header("Content-Type", "application/x-www-form-urlencoded")
                            .header("X-XSRF-TOKEN", token)
                            .POST(BodyPublishers.ofString("username=" + user + "&password=" + user)));
            if (login.status() != 200) {
                throw new AssertionError("Login answered " + login.status() + " " + login.body());
            }
            // The login makes a new session with a new token, which the next page carries.
            token = HttpTest.send(client, request("/camunda/app/tasklist/default/"))
                    .header("X-XSRF-TOKEN")
                    .orElse(token);
        }

        String token() {
            return token;
        }

        Answer get(String path) {
            return HttpTest.send(client, request(path));
        }

        Answer post(String path, Object body, Optional<String> xsrf) {
            return exchange("POST", path, BodyPublishers.ofString(json(body)), xsrf);
        }

        Answer delete(String path) {
            return exchange("DELETE", path, BodyPublishers.noBody(), Optional.of(token));
        }

        private Answer exchange(String method, String path, HttpRequest.BodyPublisher body, Optional<String> xsrf) {
            HttpRequest.Builder request =
                    request(path).header("Content-Type", "application/json").method(method, body);
            xsrf.ifPresent(value -> request.header("X-XSRF-TOKEN", value));
            return HttpTest.send(client, request);
        }
    }
}
