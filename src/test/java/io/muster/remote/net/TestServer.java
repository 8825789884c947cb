package io.muster.remote.net;

import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpHandler;
import io.undertow.server.handlers.BlockingHandler;
import java.net.InetSocketAddress;
import javax.net.ssl.SSLContext;
import org.xnio.Options;
import org.xnio.SslClientAuthMode;

/** An HTTP server on a random port of loopback. */
public final class TestServer implements AutoCloseable {

    private final Undertow server;

    private TestServer(Undertow.Builder builder, HttpHandler handler) {
        server = builder.setWorkerThreads(4)
                .setIoThreads(2)
                .setServerOption(UndertowOptions.ENABLE_HTTP2, false)
                .setHandler(new BlockingHandler(handler))
                .build();
        server.start();
    }

    public static TestServer http(HttpHandler handler) {
        return new TestServer(Undertow.builder().addHttpListener(0, "127.0.0.1"), handler);
    }

    public static TestServer https(SSLContext tls, HttpHandler handler) {
        return new TestServer(Undertow.builder().addHttpsListener(0, "127.0.0.1", tls), handler);
    }

    public static TestServer mutualTls(SSLContext tls, HttpHandler handler) {
        Undertow.Builder builder = Undertow.builder()
                .addHttpsListener(0, "127.0.0.1", tls)
                .setSocketOption(Options.SSL_CLIENT_AUTH_MODE, SslClientAuthMode.REQUIRED);
        return new TestServer(builder, handler);
    }

    public int port() {
        return ((InetSocketAddress) server.getListenerInfo().get(0).getAddress()).getPort();
    }

    @Override
    public void close() {
        server.stop();
    }
}
