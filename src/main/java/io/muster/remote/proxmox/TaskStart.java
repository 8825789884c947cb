package io.muster.remote.proxmox;

import com.fasterxml.jackson.databind.JsonNode;
import io.muster.inventory.Inventory;
import io.muster.remote.ProxmoxNodes.Change;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Starts one task, once: what was there before tells a lost answer's task from others, whatever the node's clock says. */
final class TaskStart {

    private static final Duration LOOKING = Duration.ofSeconds(30);
    private static final Duration BETWEEN = Duration.ofSeconds(1);
    private static final String MOST = "200";

    private final HttpProxmoxNodes nodes;
    private final Inventory.Environment environment;
    private final Inventory.Node node;
    private final Change change;
    private final TaskWatch.Settings settings;

    TaskStart(
            HttpProxmoxNodes nodes,
            Inventory.Environment environment,
            Inventory.Node node,
            Change change,
            TaskWatch.Settings settings) {
        this.nodes = nodes;
        this.environment = environment;
        this.node = node;
        this.change = change;
        this.settings = settings;
    }

    Upid start() {
        List<Upid> before = ours("all");
        if (change.resumed()) {
            Optional<Upid> running = running();
            if (running.isPresent()) {
                return running.get();
            }
        }
        try {
            return Upid.parse(send().asText());
        } catch (StepFailure e) {
            if (!e.reason().equals(Reason.OUTCOME_UNKNOWN)) {
                throw e;
            }
            settings.log().accept("The answer was lost; looking for the task in the node's list: " + e.getMessage());
            return look(before, e);
        }
    }

    Optional<Upid> running() {
        Optional<Upid> running = ours("active").stream().findFirst();
        running.ifPresent(task -> settings.log().accept("It was started before and runs still."));
        return running;
    }

    private JsonNode send() {
        return change.method().equals("DELETE")
                ? nodes.delete(environment, node, change.path(), change.parameters())
                : nodes.send(environment, node, change.method(), change.path(), change.parameters());
    }

    private Upid look(List<Upid> before, StepFailure lost) {
        Instant until = settings.clock().instant().plus(LOOKING);
        while (true) {
            Optional<Upid> found = sinceThen(before);
            if (found.isPresent()) {
                settings.log().accept("Found: it was started.");
                return found.get();
            }
            if (!settings.clock().instant().isBefore(until) || !pause()) {
                throw new StepFailure.Fatal(
                        Reason.OUTCOME_UNKNOWN,
                        lost.getMessage() + " No new task of the type " + change.type() + " on guest " + change.guest()
                                + " was found there within " + LOOKING + ". It was not sent again.",
                        lost);
            }
        }
    }

    private Optional<Upid> sinceThen(List<Upid> before) {
        try {
            List<Upid> now = new ArrayList<>(ours("all"));
            now.removeAll(before);
            return now.stream().findFirst();
        } catch (StepFailure.Transient away) {
            settings.log().accept("The task list cannot be read now: " + away.getMessage());
            return Optional.empty();
        }
    }

    private boolean pause() {
        try {
            settings.pause().pause(BETWEEN);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private List<Upid> ours(String source) {
        String guest = Integer.toString(change.guest());
        JsonNode tasks = nodes.get(
                environment,
                node,
                "/nodes/" + node.node() + "/tasks",
                Map.of("source", source, "vmid", guest, "typefilter", change.type(), "limit", MOST));
        List<Upid> ours = new ArrayList<>();
        for (JsonNode task : tasks) {
            Upid upid = Upid.parse(task.path("upid").asText());
            if (upid.type().equals(change.type()) && upid.id().equals(guest) && upid.isOf(node)) {
                ours.add(upid);
            }
        }
        return ours;
    }
}
