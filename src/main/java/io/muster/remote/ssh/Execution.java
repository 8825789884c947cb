package io.muster.remote.ssh;

import io.muster.remote.SshHosts;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import net.schmizz.sshj.connection.ConnectionException;
import net.schmizz.sshj.connection.channel.direct.Session;
import net.schmizz.sshj.connection.channel.direct.Signal;

/**
 * One script running on a channel: three pumps and the state they leave. A pump that waits for a slow consumer reads no
 * further, the channel's window fills, and the host waits: memory stays constant.
 */
final class Execution {

    /** A background process that keeps the output open is not waited for longer than this after the script has ended. */
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final int BUFFER = 32 * 1024;

    private final Session.Command channel;
    private final ShellScript script;
    private final SshHosts.Output output;
    private final String mark;
    private final Preamble outPreamble;
    private final Preamble errPreamble;
    private final Object outputLock = new Object();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private volatile long activity = System.nanoTime();
    private CompletableFuture<Void> pumps;

    Execution(Session.Command channel, ShellScript script, String mark, SshHosts.Output output) {
        this.channel = channel;
        this.script = script;
        this.output = output;
        this.mark = mark;
        this.outPreamble = new Preamble(mark);
        this.errPreamble = new Preamble(mark);
    }

    void start(Executor executor) {
        CompletableFuture<Void> out =
                CompletableFuture.runAsync(() -> pump(channel.getInputStream(), outPreamble, output::out), executor);
        CompletableFuture<Void> err =
                CompletableFuture.runAsync(() -> pump(channel.getErrorStream(), errPreamble, output::err), executor);
        CompletableFuture.runAsync(this::send, executor);
        pumps = CompletableFuture.allOf(out, err);
    }

    /** Waits for a moment, or until the script has ended. */
    boolean ended(long millis) throws InterruptedException {
        try {
            if (pumps.isDone()) {
                channel.join(millis, TimeUnit.MILLISECONDS);
            } else {
                pumps.get(millis, TimeUnit.MILLISECONDS);
            }
        } catch (ConnectionException | TimeoutException e) {
            // A time-out, or the connection is gone: what is true now is looked at below.
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
        boolean closed = pumps.isDone() && !channel.isOpen();
        return closed || (status().isPresent() && (pumps.isDone() || quiet()));
    }

    /** The exit status, 128 + n for a signal; empty when the connection ended before the script. */
    OptionalInt status() {
        Integer status = channel.getExitStatus();
        if (status != null) {
            return OptionalInt.of(status);
        }
        Signal signal = channel.getExitSignal();
        return signal == null ? OptionalInt.empty() : OptionalInt.of(128 + Signals.number(signal));
    }

    Optional<RemoteProcess> process() {
        return outPreamble.line().map(RemoteProcess::parse);
    }

    /** What went wrong on our side: the consumer of the output or the source of the input threw. */
    Optional<Throwable> failure() {
        return Optional.ofNullable(failure.get());
    }

    /** What the host said instead of starting the script, or before it did. */
    String refusal() {
        return (errPreamble.noise() + "\n" + outPreamble.noise()).strip();
    }

    long nanosSinceActivity() {
        return System.nanoTime() - activity;
    }

    private boolean quiet() {
        return nanosSinceActivity() > QUIET_NANOS;
    }

    /** Reads to the end even when the consumer fails: data for a stream that nobody reads would stall the channel. */
    private void pump(InputStream stream, Preamble preamble, Preamble.Sink sink) {
        byte[] buffer = new byte[BUFFER];
        try {
            for (int length = stream.read(buffer); length >= 0; length = stream.read(buffer)) {
                activity = System.nanoTime();
                int read = length;
                consume(() -> preamble.feed(buffer, read, sink));
            }
        } catch (IOException e) {
            // The connection ended: without an exit status the outcome is unknown, and is reported as such.
        }
    }

    private void consume(Runnable feed) {
        if (failure.get() != null) {
            return;
        }
        try {
            synchronized (outputLock) {
                feed.run();
            }
        } catch (RuntimeException | Error e) {
            failure.compareAndSet(null, e);
        }
    }

    private void send() {
        try (OutputStream stdin = channel.getOutputStream()) {
            stdin.write(script.head(mark));
            stdin.flush();
            if (script.input().isPresent()) {
                copy(script.input().get(), stdin);
                // sshj's close() drops what is still buffered when the window happens to be full; flush() waits for
                // room.
                stdin.flush();
            }
        } catch (UncheckedIOException e) {
            failure.compareAndSet(null, e);
        } catch (IOException e) {
            // The other side ended without reading all of it; its exit status and words say why.
        }
    }

    private void copy(InputStream source, OutputStream stdin) throws IOException {
        byte[] buffer = new byte[BUFFER];
        for (int length = read(source, buffer); length >= 0; length = read(source, buffer)) {
            stdin.write(buffer, 0, length);
            stdin.flush();
            activity = System.nanoTime();
        }
    }

    private static int read(InputStream source, byte[] buffer) {
        try {
            return source.read(buffer);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
