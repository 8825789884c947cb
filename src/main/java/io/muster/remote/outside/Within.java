package io.muster.remote.outside;

import io.muster.remote.OutsideProbe.NotSeen;
import io.muster.remote.SshTunnels.NotForwarded;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Looks with a time limit: tunnels have none of their own. */
final class Within implements AutoCloseable {

    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "outside-probe");
        thread.setDaemon(true);
        return thread;
    });

    <T> T run(Duration timeout, String what, Callable<T> look) throws NotSeen {
        Future<T> result = threads.submit(look);
        try {
            return result.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            result.cancel(true);
            throw new NotSeen(what + ": no answer within " + timeout, e);
        } catch (InterruptedException e) {
            result.cancel(true);
            Thread.currentThread().interrupt();
            throw new StepFailure.Fatal(Reason.CANCELLED, what + " was given up: the run was cancelled.", e);
        } catch (ExecutionException e) {
            throw failed(what, e.getCause());
        }
    }

    private static NotSeen failed(String what, Throwable cause) {
        if (cause instanceof StepFailure failure) {
            throw failure;
        }
        if (cause instanceof NotForwarded refused) {
            throw new StepFailure.Fatal(
                    Reason.PERMISSION_DENIED,
                    refused.getMessage()
                            + ". What is seen from outside is seen through it: allow forwarding there, or take `vantage` out of"
                            + " the inventory, and a person is asked instead.",
                    refused);
        }
        if (cause instanceof IOException || cause instanceof NotSeen) {
            return new NotSeen(what + ": " + cause.getMessage(), cause);
        }
        throw new IllegalStateException(what + " failed in an unforeseen way", cause);
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
