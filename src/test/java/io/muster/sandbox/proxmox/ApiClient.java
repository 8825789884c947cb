package io.muster.sandbox.proxmox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.muster.sandbox.ca.CertificateAuthority;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.apache.hc.core5.http.io.support.ClassicRequestBuilder;
import org.awaitility.Awaitility;

/** A client of the API that sees reason phrases, unlike the JDK's. */
final class ApiClient implements AutoCloseable {
    static final String SECRET = "11111111-2222-3333-4444-555555555555";
    static final ApiToken TOKEN = ApiToken.forRunbooks("muster@pve", "runbooks", SECRET);

    /** An answer; the body is null when it is empty. */
    record Reply(int status, String reason, String contentType, JsonNode body, String text) {
        JsonNode data() {
            return body.get("data");
        }

        String message() {
            return body.get("message").asText();
        }
    }

    private static final ObjectMapper JSON = new ObjectMapper();

    private final CloseableHttpClient http;
    private final String root;
    private String authorization = "PVEAPIToken=" + TOKEN.id() + "=" + SECRET;

    ApiClient(CertificateAuthority authority, InetSocketAddress address) {
        this.http = HttpClients.custom()
                .disableAutomaticRetries()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setTlsSocketStrategy(new DefaultClientTlsStrategy(authority.clientContext()))
                        .build())
                .build();
        this.root = "https://" + address.getHostString() + ":" + address.getPort() + "/api2/json";
    }

    void authorization(String header) {
        this.authorization = header;
    }

    Reply get(String path) {
        return send(ClassicRequestBuilder.get(root + path));
    }

    Reply post(String path, String form) {
        return send(withForm(ClassicRequestBuilder.post(root + path), form));
    }

    Reply put(String path, String form) {
        return send(withForm(ClassicRequestBuilder.put(root + path), form));
    }

    Reply delete(String path) {
        return send(ClassicRequestBuilder.delete(root + path));
    }

    Reply request(String verb, String path, String content, ContentType type) {
        return send(ClassicRequestBuilder.create(verb)
                .setUri(root + path)
                .setEntity(content.isEmpty() ? null : new StringEntity(content, type)));
    }

    /** Waits for a task's end and gives its exit status. */
    String exitStatus(Reply started) {
        String upid = started.data().asText();
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> taskStatus(upid).get("status").asText().equals("stopped"));
        return taskStatus(upid).get("exitstatus").asText();
    }

    JsonNode taskStatus(String upid) {
        return get(task(upid) + "/status").data();
    }

    static String task(String upid) {
        return "/nodes/proxima/tasks/" + URLEncoder.encode(upid, StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        http.close();
    }

    private static ClassicRequestBuilder withForm(ClassicRequestBuilder request, String form) {
        return request.setEntity(new StringEntity(form, ContentType.APPLICATION_FORM_URLENCODED));
    }

    private Reply send(ClassicRequestBuilder request) {
        if (!authorization.isEmpty()) {
            request.setHeader("Authorization", authorization);
        }
        try {
            return http.execute(request.build(), response -> {
                String text = response.getEntity() == null ? "" : EntityUtils.toString(response.getEntity());
                String type = response.containsHeader("Content-Type")
                        ? response.getHeader("Content-Type").getValue()
                        : "";
                JsonNode body = text.startsWith("{") ? JSON.readTree(text) : null;
                return new Reply(response.getCode(), response.getReasonPhrase(), type, body, text);
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
