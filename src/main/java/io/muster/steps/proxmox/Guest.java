package io.muster.steps.proxmox;

import com.fasterxml.jackson.databind.JsonNode;
import io.muster.remote.ContainerAbsence;
import io.muster.remote.ProxmoxNodes;
import io.muster.step.Reason;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.steps.Targets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** One LXC container through its node's API. */
final class Guest {

    private final ProxmoxNodes nodes;
    private final Targets.Lxc lxc;
    private final String name;
    private final StepContext context;
    private final boolean resumed;

    Guest(ProxmoxNodes nodes, Targets.Lxc lxc, String name, StepContext context) {
        this.nodes = nodes;
        this.lxc = lxc;
        this.name = name;
        this.context = context;
        this.resumed = !context.recorded().isEmpty();
    }

    static Guest of(ProxmoxNodes nodes, Targets targets, GuestRef ref, StepContext context) {
        Targets.Lxc lxc =
                ref.host() == null ? targets.lxc(context, ref.node(), ref.vmid()) : targets.lxc(context, ref.host());
        return new Guest(nodes, lxc, ref.named(), context);
    }

    /** Another one on the same node. */
    Guest sibling(int vmid) {
        return new Guest(
                nodes,
                new Targets.Lxc(lxc.environment(), lxc.node(), vmid),
                lxc.node().name() + "/" + vmid,
                context);
    }

    /** The API's {@code status/current}; a lock is in it as well. */
    JsonNode current() {
        return get("/status/current");
    }

    String status() {
        return current().path("status").asText();
    }

    boolean running() {
        return status().equals("running");
    }

    JsonNode config() {
        return get("/config");
    }

    /** Options whose change waits for a restart. */
    List<String> pending() {
        List<String> pending = new ArrayList<>();
        for (JsonNode option : get("/pending")) {
            if (option.has("pending") || option.path("delete").asInt() > 0) {
                pending.add(option.path("key").asText());
            }
        }
        return pending;
    }

    /** Its configuration; empty when no node has a container of this number. */
    Optional<JsonNode> find() {
        try {
            return Optional.of(config());
        } catch (StepFailure e) {
            if (!e.reason().equals(Reason.NOT_FOUND)) {
                throw e;
            }
            ContainerAbsence.require(nodes, lxc.environment(), lxc.node(), lxc.vmid(), e);
            return Optional.empty();
        }
    }

    /** @throws StepFailure Rejected Conflict when it is another container than was meant */
    void requireHostname(JsonNode config, String expected) {
        String found = config.path("hostname").asText("CT" + vmid());
        if (!found.equals(expected)) {
            throw new StepFailure.Rejected(
                    Reason.CONFLICT,
                    describe() + " has the hostname `" + found + "`, not `" + expected
                            + "`: it is another container. Correct the number or the hostname.");
        }
    }

    /** @throws StepFailure Fatal Conflict when its creation goes on or broke off: it may be there in part only */
    void requireWhole(JsonNode config) {
        if (config.path("lock").asText().equals("create")) {
            throw new StepFailure.Fatal(
                    Reason.CONFLICT,
                    describe() + " is there, but locked (create): its creation is going on or broke off. Look at"
                            + " the node's task list; if no task works on it, destroy it on the node, then retry.");
        }
    }

    JsonNode ofNode(String below, Map<String, String> query) {
        return nodes.get(lxc.environment(), lxc.node(), nodePath(below), query);
    }

    JsonNode get(String below) {
        return nodes.get(lxc.environment(), lxc.node(), path(below), Map.of());
    }

    /** What the token may do, by path. */
    JsonNode permissions() {
        return nodes.get(lxc.environment(), lxc.node(), "/access/permissions", Map.of());
    }

    /** Which nothing reserves. */
    int nextFreeNumber() {
        return nodes.get(lxc.environment(), lxc.node(), "/cluster/nextid", Map.of())
                .asInt();
    }

    /** Changes at once, without a task. */
    void put(String below, Map<String, String> parameters) {
        nodes.send(lxc.environment(), lxc.node(), "PUT", path(below), parameters);
    }

    /** Changes its state by a task such as {@code start} and follows that to its end. */
    void task(String action, Map<String, String> parameters) {
        refuseLocked(action);
        perform("POST", path("/status/" + action), parameters, "vz" + action, "lxc " + action);
    }

    /**
     * Records the effect, starts a task and follows it to its end; its log goes to the step's.
     *
     * @param path from the API's root
     * @return how it ended: OK or WARNINGS: n
     */
    TaskEnd perform(String method, String path, Map<String, String> parameters, String type, String effect) {
        return perform(line -> {}, method, path, parameters, type, effect);
    }

    /** @param hearing is given each line of the task's log too */
    TaskEnd perform(
            Consumer<String> hearing,
            String method,
            String path,
            Map<String, String> parameters,
            String type,
            String effect) {
        context.effect(effect, key());
        return TaskEnd.of(nodes.perform(
                lxc.environment(),
                lxc.node(),
                new ProxmoxNodes.Change(method, path, parameters, type, lxc.vmid(), resumed),
                logging(hearing),
                context.remaining(),
                context::cancelled));
    }

    /** Follows a task that an earlier attempt of ours started and that runs still; empty when there is none. */
    Optional<TaskEnd> followRunning(Consumer<String> hearing, String type) {
        return nodes.followRunning(
                        lxc.environment(),
                        lxc.node(),
                        new ProxmoxNodes.Change("", "", Map.of(), type, lxc.vmid(), true),
                        logging(hearing),
                        context.remaining(),
                        context::cancelled)
                .map(TaskEnd::of);
    }

    private Consumer<String> logging(Consumer<String> hearing) {
        return line -> {
            context.log().info(line);
            hearing.accept(line);
        };
    }

    /** Before something is begun; a resumed attempt's own task may hold the lock, and the node refuses for others'. */
    void refuseLocked(String action) {
        if (!resumed) {
            requireUnlocked(action);
        }
    }

    /** @throws StepFailure Transient Conflict when anything, be it our own task, holds its lock */
    void requireUnlocked(String action) {
        Optional<String> lock = Optional.ofNullable(current().path("lock").textValue());
        if (lock.isPresent()) {
            throw new StepFailure.Transient(
                    Reason.CONFLICT,
                    describe() + " is locked (" + lock.get() + "), so `" + action
                            + "` was not started. Wait for what holds the"
                            + " lock (a backup, a snapshot) to end; a stale lock is removed with `pct unlock "
                            + lxc.vmid() + "`.");
        }
    }

    String describe() {
        return "LXC container " + lxc.vmid() + " (" + name + ") on node "
                + lxc.node().name();
    }

    /** As effects name it. */
    String key() {
        return lxc.node().name() + "/" + lxc.vmid();
    }

    int vmid() {
        return lxc.vmid();
    }

    String node() {
        return lxc.node().name();
    }

    String path(String below) {
        return nodePath("/lxc/" + lxc.vmid() + below);
    }

    String nodePath(String below) {
        return "/nodes/" + lxc.node().node() + below;
    }

    /** Whether an attempt whose server died had begun to change something before us. */
    boolean resumed() {
        return resumed;
    }

    StepContext context() {
        return context;
    }
}
