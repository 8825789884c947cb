package io.muster.remote.ssh;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** A TCP relay on loopback whose connections can be cut, as a network does. */
final class Relay implements AutoCloseable {

    private final ServerSocket server;
    private final int to;
    private final Thread acceptor;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicLong left = new AtomicLong(Long.MAX_VALUE);
    private volatile boolean wasCut;

    Relay(int to) throws IOException {
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.to = to;
        this.acceptor = start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    int accepted() {
        return accepted.get();
    }

    /** Cuts all connections when so many more bytes have come from the far side. */
    void cutAfter(long bytes) {
        wasCut = false;
        left.set(bytes);
    }

    boolean wasCut() {
        return wasCut;
    }

    void cut() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        sockets.clear();
    }

    @Override
    public void close() throws IOException {
        server.close();
        try {
            acceptor.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        cut();
    }

    private void accept() throws IOException {
        while (true) {
            Socket near = server.accept();
            accepted.incrementAndGet();
            Socket far = new Socket(InetAddress.getLoopbackAddress(), to);
            near.setTcpNoDelay(true);
            far.setTcpNoDelay(true);
            sockets.add(near);
            sockets.add(far);
            start(() -> copy(near, far));
            start(() -> counted(far, near));
        }
    }

    private static void copy(Socket from, Socket to) throws IOException {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            in.transferTo(out);
        }
    }

    private void counted(Socket from, Socket to) throws IOException {
        byte[] buffer = new byte[8192];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                long after = left.addAndGet(-n);
                if (after < 0 && after + n >= 0) {
                    out.write(buffer, 0, (int) (after + n));
                    cut();
                    wasCut = true;
                    return;
                }
                out.write(buffer, 0, n);
            }
        }
    }

    private static Thread start(Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        // A closed socket is how each of these ends.
                    }
                },
                "relay");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private interface Work {
        void run() throws IOException;
    }
}
