package io.muster.remote.proxmox;

import com.fasterxml.jackson.databind.JsonNode;
import io.muster.inventory.Inventory;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Follows one task to its end. The task goes on whatever happens to us, and every message here says so. */
final class TaskWatch {

    private static final Duration FIRST = Duration.ofMillis(250);
    private static final Duration LONGEST = Duration.ofSeconds(2);
    /** How long a task that was told to stop may take to do so. */
    private static final Duration STOPPING = Duration.ofSeconds(30);

    record Settings(Clock clock, Pause pause, Duration timeout, BooleanSupplier cancelled, Consumer<String> log) {}

    private final HttpProxmoxNodes nodes;
    private final Inventory.Environment environment;
    private final Inventory.Node node;
    private final Upid task;
    private final Settings settings;
    private final TaskLogReader log;
    private Duration wait = FIRST;
    private String away = "";

    TaskWatch(
            HttpProxmoxNodes nodes,
            Inventory.Environment environment,
            Inventory.Node node,
            Upid task,
            Settings settings) {
        this.nodes = nodes;
        this.environment = environment;
        this.node = node;
        this.task = task;
        this.settings = settings;
        this.log = new TaskLogReader(query -> ask("GET", "/log", query), settings.log());
    }

    String follow() {
        Instant until = settings.clock().instant().plus(settings.timeout());
        while (true) {
            if (settings.cancelled().getAsBoolean()) {
                throw cancel();
            }
            Optional<String> exit = look();
            if (exit.isPresent()) {
                return success(exit.get());
            }
            if (!settings.clock().instant().isBefore(until)) {
                throw new StepFailure.Fatal(
                        Reason.TIMED_OUT,
                        here() + " did not end within " + settings.timeout() + " and goes on there."
                                + (away.isEmpty() ? "" : " The node did not answer of late: " + away)
                                + log.ending() + " Look at it on the node, wait for it or stop it, then decide.");
            }
            pause();
        }
    }

    /** The exit status once the task has stopped; empty while it runs, and while nobody answers. */
    private Optional<String> look() {
        try {
            JsonNode status = ask("GET", "/status", Map.of()).path("data");
            log.read();
            away = "";
            return status.path("status").asText().equals("stopped")
                    ? Optional.of(status.path("exitstatus").asText("without an exit status"))
                    : Optional.empty();
        } catch (StepFailure.Transient e) {
            if (away.isEmpty()) {
                settings.log().accept("The node does not answer, the task goes on meanwhile: " + e.getMessage());
            }
            away = e.getMessage();
            return Optional.empty();
        } catch (StepFailure e) {
            throw Failures.withText(
                    e,
                    here() + " can be followed no longer: " + e.getMessage()
                            + " The task goes on or has ended: look at it on the node.");
        }
    }

    private JsonNode ask(String method, String below, Map<String, String> query) {
        return nodes.ofTask(task, new ApiCall(environment, node, method, task.path() + below, query, Optional.empty()));
    }

    private String success(String exit) {
        if (exit.equals("OK") || exit.startsWith("WARNINGS: ")) {
            return exit;
        }
        if (Refusal.beforeTask(exit)) {
            throw new StepFailure.Transient(
                    Reason.CONFLICT, here() + " did nothing: " + exit + "." + log.ending() + " " + Refusal.LOCK_ADVICE);
        }
        throw new StepFailure.Fatal(
                Reason.TASK_FAILED,
                here() + " failed: " + exit + "." + log.ending() + " Mend what it says on the node, then retry.");
    }

    private StepFailure cancel() {
        String stopped = stopped();
        return new StepFailure.Fatal(Reason.CANCELLED, "The run was cancelled. " + here() + " " + stopped);
    }

    private String stopped() {
        try {
            ask("DELETE", "", Map.of());
            Instant until = settings.clock().instant().plus(STOPPING);
            while (settings.clock().instant().isBefore(until)) {
                Optional<String> exit = look();
                if (exit.isPresent()) {
                    return "has ended: " + exit.get() + ". What it had done until then stays.";
                }
                pause();
            }
            return "was told to stop, but has not ended within " + STOPPING + ". Look at it on the node.";
        } catch (StepFailure e) {
            return "could not be stopped: " + e.getMessage();
        }
    }

    private void pause() {
        try {
            settings.pause().pause(wait);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StepFailure.Fatal(
                    Reason.CANCELLED,
                    here() + " is followed no longer because this server is stopping or the run was cancelled; it goes"
                            + " on there.",
                    e);
        }
        Duration longer = wait.multipliedBy(3).dividedBy(2);
        wait = longer.compareTo(LONGEST) < 0 ? longer : LONGEST;
    }

    private String here() {
        return "The " + task + " (" + task.type() + ") on node " + task.node();
    }
}
