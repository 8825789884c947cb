package io.muster.remote.docker;

import com.github.dockerjava.transport.DockerHttpClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.InputStreamEntity;
import org.apache.hc.core5.util.Timeout;

/**
 * docker-java's transport over a client of ours, so that engines are found, trusted and told apart as everything else of
 * an environment. It does not take over the connection: input to a running command (attach with stdin) is refused.
 */
final class EngineHttp implements DockerHttpClient {

    static final String PING = "/_ping";

    /** Other calls may rightly be silent for long (a stop waits for the container); an engine that lives answers this one. */
    private static final RequestConfig PING_CONFIG = RequestConfig.custom()
            .setResponseTimeout(Timeout.ofSeconds(20))
            .setConnectionRequestTimeout(Timeout.ofSeconds(10))
            .build();

    private final CloseableHttpClient client;
    private final URI base;

    /** @param base {@code http://host:port} or {@code https://host:port} */
    EngineHttp(CloseableHttpClient client, URI base) {
        this.client = client;
        this.base = base;
    }

    @Override
    public Response execute(Request request) {
        if (request.hijackedInput() != null) {
            throw new UnsupportedOperationException("input to a running container command is not supported");
        }
        HttpUriRequestBase http = new HttpUriRequestBase(request.method(), URI.create(base + request.path()));
        if (request.path().endsWith(PING)) {
            http.setConfig(PING_CONFIG);
        }
        request.headers().forEach(http::addHeader);
        if (request.bodyBytes() != null) {
            http.setEntity(new ByteArrayEntity(request.bodyBytes(), null));
        } else if (request.body() != null) {
            http.setEntity(new InputStreamEntity(request.body(), null));
        }
        try {
            return new Answer(http, client.executeOpen(null, http, null));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        client.close();
    }

    private record Answer(HttpUriRequestBase request, ClassicHttpResponse response) implements Response {

        @Override
        public int getStatusCode() {
            return response.getCode();
        }

        @Override
        public Map<String, List<String>> getHeaders() {
            return Arrays.stream(response.getHeaders())
                    .collect(Collectors.groupingBy(
                            Header::getName, Collectors.mapping(Header::getValue, Collectors.toList())));
        }

        @Override
        public String getHeader(String name) {
            return Optional.ofNullable(response.getFirstHeader(name))
                    .map(Header::getValue)
                    .orElse(null);
        }

        @Override
        public InputStream getBody() {
            if (response.getEntity() == null) {
                return InputStream.nullInputStream();
            }
            try {
                return response.getEntity().getContent();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** A stream that is followed has no end of its own: the request is given up, not read to its end. */
        @Override
        public void close() {
            request.cancel();
            try {
                response.close();
            } catch (IOException e) {
                // The connection was broken off just above; that it complains is no news.
            }
        }
    }
}
