package io.muster.remote.net;

import io.muster.inventory.Inventory;
import io.muster.remote.NameResolver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.DefaultHostnameVerifier;
import org.apache.hc.client5.http.ssl.HostnameVerificationPolicy;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.springframework.stereotype.Component;

/**
 * Makes HTTP clients that do nothing by themselves: no redirects, cookies, retries or cached credentials. What is sent
 * twice and where a token goes is for the caller to say.
 */
@Component
public class HttpConnections {

    private static final Timeout CONNECT = Timeout.ofSeconds(10);
    private static final int LISTEN_MILLIS = 2000;
    private static final int MAX_CONNECTIONS = 32;

    private final NameResolver names;

    HttpConnections(NameResolver names) {
        this.names = names;
    }

    /** For http and https as the environment sees names; close it. */
    public CloseableHttpClient client(Inventory.Environment environment, SSLContext tls, Duration responseTimeout) {
        DnsResolver dns = new EnvironmentDns(names, environment);
        return client(Optional.empty(), dns, tls, responseTimeout);
    }

    /** For a server behind a Unix socket; the host of requests does not matter. Close it. */
    public CloseableHttpClient unix(String socketPath, SSLContext unused, Duration responseTimeout) {
        return over(UnixSockets.at(socketPath), unused, responseTimeout);
    }

    /** For a server behind sockets of another kind; the host of requests does not matter. Close it. */
    public CloseableHttpClient over(SocketSource sockets, SSLContext unused, Duration responseTimeout) {
        return client(Optional.of(sockets), new LoopbackDns(), unused, responseTimeout);
    }

    /**
     * Why a server breaks off TLS connections: it may refuse our client certificate only after the handshake, in an alert
     * that is lost when we write first. So this connects and only listens.
     */
    public Optional<IOException> refusal(Inventory.Environment environment, SSLContext tls, String host, int port) {
        InetAddress address = names.addresses(environment, host).get(0);
        try (Socket plain = new Socket()) {
            plain.connect(new InetSocketAddress(address, port), CONNECT.toMillisecondsIntBound());
            plain.setSoTimeout(LISTEN_MILLIS);
            try (SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket(plain, host, port, true)) {
                socket.startHandshake();
                socket.getInputStream().read();
            }
            return Optional.empty();
        } catch (SSLException e) {
            return Optional.of(e);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static CloseableHttpClient client(
            Optional<SocketSource> sockets, DnsResolver dns, SSLContext tls, Duration responseTimeout) {
        DefaultClientTlsStrategy strategy =
                new DefaultClientTlsStrategy(tls, HostnameVerificationPolicy.BOTH, new DefaultHostnameVerifier());
        PoolingHttpClientConnectionManager connections = new PoolingHttpClientConnectionManager(
                new DefaultHttpClientConnectionOperator(
                        proxy -> sockets.isPresent() ? sockets.get().open() : new Socket(),
                        null,
                        dns,
                        scheme -> scheme.equalsIgnoreCase("https") ? strategy : null),
                null,
                null,
                null,
                null);
        connections.setMaxTotal(MAX_CONNECTIONS);
        connections.setDefaultMaxPerRoute(MAX_CONNECTIONS);
        // Zero: always look whether the server has closed it; a request on a dead connection may not be repeatable.
        connections.setDefaultConnectionConfig(ConnectionConfig.custom()
                .setConnectTimeout(CONNECT)
                .setValidateAfterInactivity(
                        sockets.isPresent() ? TimeValue.NEG_ONE_MILLISECOND : TimeValue.ZERO_MILLISECONDS)
                .setTimeToLive(TimeValue.ofMinutes(5))
                .build());
        connections.setDefaultSocketConfig(SocketConfig.custom()
                .setTcpNoDelay(true)
                .setSoKeepAlive(true)
                .setSoTimeout(Timeout.ZERO_MILLISECONDS)
                .build());
        HttpClientBuilder builder = HttpClients.custom();
        sockets.ifPresent(source -> builder.addExecInterceptorFirst("drop-broken", (request, scope, chain) -> {
            if (source.anyBroken()) {
                connections.closeIdle(TimeValue.ZERO_MILLISECONDS);
            }
            return chain.proceed(request, scope);
        }));
        return builder.setConnectionManager(connections)
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setResponseTimeout(Timeout.of(responseTimeout))
                        .setConnectionRequestTimeout(CONNECT)
                        .build())
                .setUserAgent("muster")
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .disableCookieManagement()
                .disableAuthCaching()
                .disableContentCompression()
                .disableConnectionState()
                .build();
    }
}
