package io.muster.remote.tls;

import io.muster.inventory.Inventory;
import io.muster.remote.NameResolver;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

/** Plain TCP connections to a name as an environment sees it, within a time limit that holds for the look-up too. */
@Component
final class Connector implements DisposableBean {

    private final NameResolver names;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "probe");
        thread.setDaemon(true);
        return thread;
    });

    Connector(NameResolver names) {
        this.names = names;
    }

    /** Runs a probe, which is abandoned (and interrupted) when its time is up. */
    <T> T within(Duration timeout, String what, Callable<T> probe) {
        Future<T> result = threads.submit(probe);
        try {
            return result.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            result.cancel(true);
            throw timedOut(what, timeout);
        } catch (InterruptedException e) {
            result.cancel(true);
            Thread.currentThread().interrupt();
            throw new StepFailure.Fatal(
                    Reason.CANCELLED,
                    what + " was given up because this server is stopping or the run was cancelled.",
                    e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(what + " failed in an unforeseen way", e.getCause());
        }
    }

    /** Connects to the first address of the host that takes it. */
    Socket connect(Inventory.Environment environment, String host, int port, Deadline deadline) {
        List<InetAddress> addresses = names.addresses(environment, host);
        String where = host + ":" + port;
        IOException last = null;
        for (int i = 0; i < addresses.size(); i++) {
            try {
                return connect(addresses.get(i), port, deadline.millis() / (addresses.size() - i));
            } catch (IOException e) {
                last = e;
            }
        }
        if (last instanceof SocketTimeoutException) {
            throw timedOut("Connecting to " + where + " (" + shown(addresses) + ")", deadline.timeout());
        }
        throw new StepFailure.Transient(
                Reason.HOST_UNREACHABLE,
                "Cannot connect to " + where + " (" + shown(addresses) + "): " + said(last)
                        + ". Check that the host is up, that something listens there, and that the network lets us through.",
                last);
    }

    private static Socket connect(InetAddress address, int port, long millis) throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(address, port), (int) Math.max(1, millis));
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    static StepFailure timedOut(String what, Duration timeout) {
        return new StepFailure.Transient(
                Reason.TIMED_OUT,
                what + " did not end within " + timeout
                        + ". Check that the host is up and that no firewall swallows our packets, or allow more time.");
    }

    static String said(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    private static String shown(List<InetAddress> addresses) {
        return String.join(
                ", ", addresses.stream().map(InetAddress::getHostAddress).toList());
    }

    @Override
    public void destroy() {
        threads.shutdownNow();
    }

    /** A moment by the machine's own monotonic time. */
    record Deadline(long nanos, Duration timeout) {

        static Deadline in(Duration timeout) {
            return new Deadline(System.nanoTime() + timeout.toNanos(), timeout);
        }

        /** At least one. */
        int millis() {
            return (int) Math.min(Integer.MAX_VALUE, Math.max(1, (nanos - System.nanoTime()) / 1_000_000));
        }
    }
}
