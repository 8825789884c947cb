package io.muster.notify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.muster.inventory.SecretRef;
import io.muster.inventory.Secrets;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** Posts JSON: {@code id, kind, text, title} and the facts. Chat systems show {@code text}. */
final class WebhookChannel implements Channel {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String name;
    private final String url;
    private final String setting;
    private final Secrets secrets;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();

    /**
     * @param url or {@code secret:NAME}, looked up at each use
     * @param setting that has it
     */
    WebhookChannel(String name, String url, String setting, Secrets secrets) {
        this.name = name;
        this.url = url;
        this.setting = setting;
        this.secrets = secrets;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void send(Notification notification) {
        URI target = target();
        try {
            HttpResponse<Void> answer = client.send(
                    HttpRequest.newBuilder(target)
                            .timeout(PATIENCE)
                            .header("Content-Type", "application/json")
                            .header("Muster-Notification", notification.id())
                            .POST(HttpRequest.BodyPublishers.ofString(body(notification)))
                            .build(),
                    HttpResponse.BodyHandlers.discarding());
            if (answer.statusCode() < 200 || answer.statusCode() > 299) {
                throw notSent(target, "answered " + answer.statusCode(), null);
            }
        } catch (IOException e) {
            throw notSent(target, e.getClass().getSimpleName(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw notSent(target, "was interrupted", e);
        }
    }

    private URI target() {
        try {
            return URI.create(url.startsWith("secret:") ? secrets.resolve(SecretRef.parse(url)) : url);
        } catch (IllegalArgumentException | Secrets.SecretMissing e) {
            throw new NotSent(setting + " is no URL, or names a secret that nothing defines.", null);
        }
    }

    /** Paths of webhooks often are their secret: only the host is said. */
    private NotSent notSent(URI target, String what, Throwable cause) {
        return new NotSent(
                "The webhook at " + target.getHost() + " " + what + ". Look at " + setting + " and its receiver.",
                cause == null ? null : new IOException(cause.getClass().getName()));
    }

    private static String body(Notification notification) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("id", notification.id());
        body.put("kind", notification.kind());
        body.put("title", notification.title());
        body.put("text", notification.title() + "\n" + notification.text());
        body.putAll(notification.facts());
        try {
            return JSON.writeValueAsString(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Texts are always JSON", e);
        }
    }
}
