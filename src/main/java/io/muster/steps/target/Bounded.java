package io.muster.steps.target;

import io.muster.step.StepContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Looks at many targets, so many at a time; a slow one takes up its own place only, and for its time limit only. */
final class Bounded {

    private static final Duration POLL = Duration.ofMillis(200);

    /** @param target what it looks at, as {@code host apps-01} */
    record Look(String target, Callable<List<Finding>> findings) {}

    private final int atOnce;
    private final Duration limit;

    Bounded(int atOnce, Duration limit) {
        this.atOnce = atOnce;
        this.limit = limit;
    }

    /** In the order of the looks. */
    List<Finding> all(List<Look> looks, StepContext context) {
        ExecutorService places = Executors.newFixedThreadPool(atOnce, Bounded::thread);
        ExecutorService work = Executors.newCachedThreadPool(Bounded::thread);
        try {
            List<Future<List<Finding>>> pending = looks.stream()
                    .map(look -> places.submit(() -> look(look, work)))
                    .toList();
            List<Finding> findings = new ArrayList<>();
            for (int i = 0; i < pending.size(); i++) {
                findings.addAll(result(looks.get(i), pending.get(i), context));
            }
            return findings;
        } finally {
            places.shutdownNow();
            work.shutdownNow();
        }
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "target-check");
        thread.setDaemon(true);
        return thread;
    }

    private List<Finding> look(Look look, ExecutorService work) throws Exception {
        Future<List<Finding>> future = work.submit(look.findings());
        try {
            return future.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            future.cancel(true);
            return List.of(Finding.bad(
                    look.target(),
                    "Answer",
                    "none within " + limit,
                    "within " + limit,
                    "See whether it is overloaded or behind a slow network; or give the step a longer `limit`."));
        } catch (ExecutionException e) {
            return List.of(unexpected(look, e.getCause()));
        }
    }

    /** The step's own time and cancellation hold for all together. */
    private static List<Finding> result(Look look, Future<List<Finding>> pending, StepContext context) {
        while (true) {
            context.checkpoint();
            try {
                return pending.get(POLL.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                continue;
            } catch (ExecutionException | CancellationException e) {
                return List.of(unexpected(look, e));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("Interrupted while targets were looked at", e);
            }
        }
    }

    private static Finding unexpected(Look look, Throwable thrown) {
        return Finding.bad(
                look.target(),
                "Check",
                thrown.getClass().getSimpleName() + ": " + thrown.getMessage(),
                "an answer",
                "This check itself failed; what it looks at was not changed. Run it again.");
    }
}
