package io.muster.remote.http;

import io.muster.remote.NameResolver;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

/**
 * Makes HTTP requests within their time limit, whatever the other side does: the request runs on a thread of its own, and
 * who asked is back when the time is up. Thread-safe.
 */
@Component
public final class HttpWire implements DisposableBean {

    private final NameResolver names;
    private final HttpClients clients;
    private final AtomicInteger number = new AtomicInteger();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "http-" + number.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    });

    HttpWire(NameResolver names, HttpClients clients) {
        this.names = names;
        this.clients = clients;
    }

    /**
     * @throws HttpFailed when no answer came
     * @throws StepFailure Rejected InvalidInput when the request cannot be made at all
     */
    public HttpReply send(HttpCall call) {
        Progress progress = new Progress();
        Exchange exchange = new Exchange(call, names, clients, progress);
        Future<HttpReply> reply = threads.submit(exchange::run);
        try {
            return reply.get(call.timeout().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            String at = progress.toString();
            boolean sent = progress.sent();
            giveUp(reply, progress);
            throw new HttpFailed(timedOut(call, at), sent);
        } catch (InterruptedException e) {
            boolean sent = progress.sent();
            giveUp(reply, progress);
            Thread.currentThread().interrupt();
            throw new HttpFailed(
                    new StepFailure.Transient(
                            Reason.CONNECTION_LOST,
                            call.shown() + " was given up because this server is stopping or the run was cancelled.",
                            e),
                    sent);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(call.shown() + " failed in an unforeseen way", e.getCause());
        }
    }

    private static void giveUp(Future<?> reply, Progress progress) {
        progress.abort();
        reply.cancel(true);
    }

    private static StepFailure timedOut(HttpCall call, String at) {
        return new StepFailure.Transient(
                Reason.TIMED_OUT,
                call.shown() + " did not end within " + call.timeout() + ", it ended while " + at
                        + ". Check that the server is well and that the network lets us through, or allow more time.");
    }

    @Override
    public void destroy() {
        threads.shutdownNow();
    }
}
