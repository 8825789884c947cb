package io.muster.remote.ssh;

import io.muster.remote.CommandEnded;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import net.schmizz.sshj.connection.channel.direct.Session;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A command's standard streams in the shape of a connected socket. */
final class ChannelSocket extends Socket {

    private static final Logger LOG = LoggerFactory.getLogger(ChannelSocket.class);
    private static final int LONGEST_WORDS = 2048;
    private static final int EXIT_SECONDS = 5;

    private final SshPool.Lease lease;
    private final Session session;
    private final Session.Command command;
    private final String name;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final TimedInput input;
    private final OutputStream output;

    ChannelSocket(
            SshPool.Lease lease,
            Session session,
            Session.Command command,
            ScheduledExecutorService alarms,
            String name) {
        this.lease = lease;
        this.session = session;
        this.command = command;
        this.name = name;
        this.input = new TimedInput(command.getInputStream(), alarms, this);
        this.output = new Flushing(command.getOutputStream());
    }

    @Override
    public InputStream getInputStream() {
        return input;
    }

    @Override
    public OutputStream getOutputStream() {
        return output;
    }

    /** It is connected from the start. */
    @Override
    public void connect(SocketAddress endpoint) {}

    @Override
    public void connect(SocketAddress endpoint, int timeout) {}

    @Override
    public boolean isConnected() {
        return true;
    }

    /** Also when the command has ended, or the connection was lost. */
    @Override
    public boolean isClosed() {
        return closed.get() || !command.isOpen() || command.isEOF();
    }

    @Override
    public void setSoTimeout(int millis) {
        input.timeout(millis);
    }

    @Override
    public int getSoTimeout() {
        return input.timeout();
    }

    @Override
    public void setTcpNoDelay(boolean on) {}

    @Override
    public void setKeepAlive(boolean on) {}

    @Override
    public void setReuseAddress(boolean on) {}

    @Override
    public void setSoLinger(boolean on, int linger) {}

    @Override
    public void shutdownInput() {}

    @Override
    public void shutdownOutput() {}

    /** Why there is nothing more to read, where the command says so. */
    String lastWords() {
        try {
            command.join(EXIT_SECONDS, TimeUnit.SECONDS);
            byte[] words = command.getErrorStream().readNBytes(LONGEST_WORDS);
            return new String(words, StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            return Causes.text(e);
        }
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        // The command first: closing only the session can wait for its time-out.
        try (session;
                command) {
            LOG.debug("Closing {}", name);
        } catch (IOException e) {
            LOG.debug("Closing {} failed", name, e);
        } finally {
            lease.close();
        }
    }

    @Override
    public String toString() {
        return name;
    }

    /** Requests are small and answered: none may wait in a buffer, and close() would drop what does. */
    private final class Flushing extends java.io.FilterOutputStream {

        Flushing(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                out.write(bytes, offset, length);
                out.flush();
            } catch (IOException e) {
                String words = command.isOpen() ? "" : lastWords();
                throw words.isEmpty() ? e : new CommandEnded(words);
            }
        }
    }
}
