package io.muster.sandbox.docker;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Passes connections from one address to another, as Docker's userland proxy does. */
final class PortForward implements AutoCloseable {
    private static final int CONNECT_MILLIS = 5_000;
    private static final int CLOSE_MILLIS = 2_000;

    private static final Logger LOG = LoggerFactory.getLogger(PortForward.class);

    private final ServerSocket server;
    private final InetSocketAddress target;
    private final Executor threads;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final CountDownLatch accepting = new CountDownLatch(1);

    /** @param port 0 for any */
    PortForward(InetAddress address, int port, InetSocketAddress target, Executor threads) throws IOException {
        this.target = target;
        this.threads = threads;
        this.server = new ServerSocket();
        try {
            server.setReuseAddress(true);
            server.bind(new InetSocketAddress(address, port));
        } catch (IOException e) {
            server.close();
            throw e;
        }
        threads.execute(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    /** The port is free when this returns: while a thread still waits in accept, the system keeps the closed socket. */
    @Override
    public void close() {
        closeQuietly(server);
        sockets.forEach(PortForward::closeQuietly);
        try {
            if (!accepting.await(CLOSE_MILLIS, TimeUnit.MILLISECONDS)) {
                LOG.warn("Port {} is closed, but may not be free yet", port());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void accept() {
        try {
            acceptAll();
        } finally {
            accepting.countDown();
        }
    }

    private void acceptAll() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                threads.execute(() -> connect(client));
            } catch (IOException e) {
                // Closed, as a rule; else one connection that came to nothing.
                LOG.debug("Port {} took no connection", port(), e);
            }
        }
    }

    private void connect(Socket client) {
        Socket service = new Socket();
        sockets.add(client);
        sockets.add(service);
        try {
            service.connect(target, CONNECT_MILLIS);
            client.setTcpNoDelay(true);
            service.setTcpNoDelay(true);
            threads.execute(() -> pump(service, client));
            pump(client, service);
        } catch (IOException e) {
            // Nothing listens in the container: its client sees the connection end, as with the real engine.
            forget(client);
            forget(service);
        }
        if (server.isClosed()) {
            forget(client);
            forget(service);
        }
    }

    private void pump(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
            if (from.isOutputShutdown()) {
                forget(from);
                forget(to);
            }
        } catch (IOException e) {
            // One side went away in the middle; the other must learn it.
            forget(from);
            forget(to);
        }
    }

    private void forget(Socket socket) {
        sockets.remove(socket);
        closeQuietly(socket);
    }

    private static void closeQuietly(Closeable closeable) {
        try {
            closeable.close();
        } catch (IOException e) {
            LOG.debug("A socket did not close cleanly", e);
        }
    }
}
