package io.muster.remote.http;

import io.muster.remote.tls.TlsContexts;
import io.muster.remote.tls.Trust;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.DefaultHostnameVerifier;
import org.apache.hc.client5.http.ssl.HostnameVerificationPolicy;
import org.apache.hc.client5.http.ssl.NoopHostnameVerifier;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.HttpResponseInformationCallback;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

/** One client for each trust, and pools of connections that several requests share. Thread-safe. */
@Component
final class HttpClients implements DisposableBean {

    static final String PROGRESS = "muster.progress";
    private static final int KEPT = 64;
    private static final int CONNECTIONS = 64;
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final TimeValue IDLE = TimeValue.ofSeconds(10);

    private record Key(Trust trust, boolean fresh) {}

    private final TlsContexts tls;
    private final Map<Key, CloseableHttpClient> clients = new LinkedHashMap<>(16, 0.75f, true);

    HttpClients(TlsContexts tls) {
        this.tls = tls;
    }

    synchronized CloseableHttpClient of(Trust trust, boolean fresh) {
        Key key = new Key(trust, fresh);
        CloseableHttpClient client = clients.get(key);
        if (client == null) {
            client = make(key);
            clients.put(key, client);
            forgetEldest();
        }
        return client;
    }

    /**
     * Connecting gets the share of one of several addresses, and a little less than everything, so that it is said which it
     * was; the limit of the whole is kept by {@link HttpWire}.
     */
    @SuppressWarnings("deprecation") // The replacement is set once for a client, not for a request.
    static RequestConfig config(Duration timeout, int addresses) {
        Duration share = timeout.multipliedBy(9).dividedBy(10L * addresses);
        return RequestConfig.custom()
                .setConnectTimeout(timeout(share.compareTo(CONNECT) < 0 ? share : CONNECT))
                .setConnectionRequestTimeout(timeout(timeout))
                .setResponseTimeout(timeout(timeout))
                .build();
    }

    private static Timeout timeout(Duration duration) {
        return Timeout.ofMilliseconds(Math.max(1, duration.toMillis()));
    }

    private CloseableHttpClient make(Key key) {
        SSLContext context = tls.context(key.trust());
        HttpClientBuilder builder = HttpClientBuilder.create()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setTlsSocketStrategy(new DefaultClientTlsStrategy(
                                context, HostnameVerificationPolicy.CLIENT, names(key.trust())))
                        .setMaxConnTotal(CONNECTIONS)
                        .setMaxConnPerRoute(CONNECTIONS)
                        .setDefaultSocketConfig(
                                SocketConfig.custom().setTcpNoDelay(true).build())
                        .setDefaultConnectionConfig(ConnectionConfig.custom()
                                .setValidateAfterInactivity(TimeValue.ZERO_MILLISECONDS)
                                .build())
                        .build())
                .setRequestExecutor(new Reporting())
                .setKeepAliveStrategy((response, ignored) -> IDLE)
                .setUserAgent("muster")
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .disableContentCompression()
                .disableCookieManagement()
                .disableAuthCaching();
        if (key.fresh()) {
            builder.setConnectionReuseStrategy((request, response, ignored) -> false);
        }
        return builder.build();
    }

    /** Who pins a certificate knows it by that, whatever name is in it. */
    private static HostnameVerifier names(Trust trust) {
        return trust.fingerprint().isPresent() ? NoopHostnameVerifier.INSTANCE : new DefaultHostnameVerifier();
    }

    private void forgetEldest() {
        if (clients.size() > KEPT) {
            // Not closed: a request may be using it. Its idle connections end with it.
            clients.remove(clients.keySet().iterator().next());
        }
    }

    @Override
    public synchronized void destroy() throws IOException {
        for (CloseableHttpClient client : clients.values()) {
            client.close();
        }
    }

    /** Notes the moment from which the server may know of the request. */
    private static final class Reporting extends HttpRequestExecutor {
        @Override
        public ClassicHttpResponse execute(
                ClassicHttpRequest request,
                HttpClientConnection connection,
                HttpResponseInformationCallback information,
                HttpContext context)
                throws IOException, HttpException {
            Optional.ofNullable((Progress) context.getAttribute(PROGRESS)).ifPresent(Progress::waiting);
            return super.execute(request, connection, information, context);
        }
    }
}
