package io.muster.sandbox.docker;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The health of one running container, found by running its check inside. Thread-safe. */
final class Health {
    private static final Logger LOG = LoggerFactory.getLogger(Health.class);
    private static final int KEPT = 5;
    private static final int OUTPUT = 4096;

    private final HealthCheck check;
    private final CheckProcess process;
    private final Clock clock;
    private final Executor threads;
    private final Instant startedAt;
    private final Deque<Result> log = new ArrayDeque<>();
    private String status = "starting";
    private int failures;
    private Instant due;
    private boolean busy;

    private record Result(Instant start, Instant end, int exitCode, String output) {}

    /** Runs the check's command inside the container. */
    interface CheckProcess {
        Process start() throws IOException;

        void kill(Process process);
    }

    Health(HealthCheck check, CheckProcess process, Clock clock, Executor threads) {
        this.check = check;
        this.process = process;
        this.clock = clock;
        this.threads = threads;
        this.startedAt = clock.instant();
        this.due = startedAt.plus(pause());
    }

    /** Begins a check when it is time for one. */
    synchronized void tick() {
        if (!busy && !clock.instant().isBefore(due)) {
            busy = true;
            threads.execute(this::check);
        }
    }

    private void check() {
        Instant start = clock.instant();
        Result result;
        try {
            result = run(start);
        } catch (IOException | IllegalStateException e) {
            result = new Result(start, clock.instant(), -1, e.toString());
        }
        record(result);
    }

    private Result run(Instant start) throws IOException {
        Process running = process.start();
        running.getOutputStream().close();
        CompletableFuture<byte[]> out = new CompletableFuture<>();
        threads.execute(() -> {
            try {
                byte[] first = running.getInputStream().readNBytes(OUTPUT);
                running.getInputStream()
                        .skipNBytes(Math.max(0, running.getInputStream().available()));
                out.complete(first);
            } catch (IOException e) {
                out.complete(e.toString().getBytes(StandardCharsets.UTF_8));
            }
        });
        try {
            byte[] output = out.get(check.timeout().toMillis(), TimeUnit.MILLISECONDS);
            if (running.waitFor(check.timeout().toMillis(), TimeUnit.MILLISECONDS)) {
                return new Result(
                        start, clock.instant(), running.exitValue(), new String(output, StandardCharsets.UTF_8));
            }
        } catch (TimeoutException e) {
            LOG.debug("A health check timed out", e);
        } catch (ExecutionException e) {
            throw new IOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.kill(running);
        return new Result(
                start,
                clock.instant(),
                -1,
                "Health check exceeded timeout (" + check.timeout().toMillis() + "ms)");
    }

    private synchronized void record(Result result) {
        log.addLast(result);
        if (log.size() > KEPT) {
            log.removeFirst();
        }
        if (result.exitCode() == 0) {
            failures = 0;
            status = "healthy";
        } else if (!(status.equals("starting") && inStartPeriod())) {
            failures++;
            status = failures >= check.retries() ? "unhealthy" : status;
        }
        busy = false;
        due = clock.instant().plus(pause());
    }

    private Duration pause() {
        return status.equals("starting") && inStartPeriod() ? check.startInterval() : check.interval();
    }

    private boolean inStartPeriod() {
        return clock.instant().isBefore(startedAt.plus(check.startPeriod()));
    }

    synchronized String status() {
        return status;
    }

    synchronized ObjectNode json() {
        ObjectNode json = Json.object().put("Status", status).put("FailingStreak", failures);
        var entries = json.putArray("Log");
        for (Result result : log) {
            entries.add(Json.object()
                    .put("Start", result.start().toString())
                    .put("End", result.end().toString())
                    .put("ExitCode", result.exitCode())
                    .put("Output", result.output()));
        }
        return json;
    }
}
