package io.muster.remote;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;

/** A server that answers as a test says, byte by byte, and counts its connections. */
public final class RawServer implements AutoCloseable {

    /** Serves one request; the connection is closed when it returns. */
    public interface Answer {
        void to(String request, OutputStream out) throws Exception;
    }

    public final List<String> requests = new CopyOnWriteArrayList<>();
    public final AtomicInteger connections = new AtomicInteger();
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ServerSocket server;
    private final Answer answer;

    public RawServer(Answer answer) {
        this(answer, null);
    }

    public RawServer(Answer answer, SSLContext tls) {
        this.answer = answer;
        try {
            InetAddress loopback = InetAddress.getByName("127.0.0.1");
            server = tls == null
                    ? new ServerSocket(0, 50, loopback)
                    : tls.getServerSocketFactory().createServerSocket(0, 50, loopback);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.submit(this::accept);
    }

    /** A whole answer with a body, after which the connection stays open for nobody. */
    public static RawServer answering(String statusLine, String body, String... headers) {
        return new RawServer((request, out) -> out.write(whole(statusLine, body, headers)));
    }

    public static byte[] whole(String statusLine, String body, String... headers) {
        String more = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
        return ("HTTP/1.1 " + statusLine + "\r\nConnection: close\r\n" + more + "Content-Length: "
                        + body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.UTF_8);
    }

    public int port() {
        return server.getLocalPort();
    }

    public String url() {
        return "http://127.0.0.1:" + port();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                if (server.isClosed()) {
                    // The kernel may complete one more connection while the listener is being closed.
                    socket.close();
                    return;
                }
                connections.incrementAndGet();
                open.add(socket);
                threads.submit(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private Void serve(Socket socket) throws Exception {
        try (socket) {
            String request = read(socket.getInputStream());
            requests.add(request);
            answer.to(request, socket.getOutputStream());
            socket.getOutputStream().flush();
        }
        return null;
    }

    /** The head, and as much of the body as was declared. */
    private static String read(InputStream in) throws IOException {
        StringBuilder text = new StringBuilder();
        while (!text.toString().endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                return text.toString();
            }
            text.append((char) next);
        }
        var length = Pattern.compile("(?i)content-length: (\\d+)").matcher(text);
        if (length.find()) {
            text.append(new String(in.readNBytes(Integer.parseInt(length.group(1))), StandardCharsets.UTF_8));
        }
        return text.toString();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : open) {
            socket.close();
        }
        threads.shutdownNow();
    }
}
