package io.muster.remote;

import com.fasterxml.jackson.databind.JsonNode;
import io.muster.inventory.Inventory;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * The Proxmox VE API of an environment's nodes: thin, every parameter sent as it is given (booleans are {@code 0} and
 * {@code 1}). Thread-safe.
 *
 * <p>Failures of every call: AuthenticationFailed, PermissionDenied, InvalidInput (one line per parameter), NotFound,
 * Conflict (exists already, running, stopped, locked, protected), HostUnreachable, CertificateUntrusted, ConnectionLost
 * (nothing was changed), OutcomeUnknown (a change was sent, its answer lost), else {@code ProxmoxError} with the server's
 * own words.
 */
public interface ProxmoxNodes {

    /** GET below {@code /api2/json}; returns {@code data}. */
    JsonNode get(Inventory.Environment environment, Inventory.Node node, String path, Map<String, String> query);

    /** POST or PUT with form parameters; returns {@code data} (for tasks: the UPID). */
    JsonNode send(
            Inventory.Environment environment,
            Inventory.Node node,
            String method,
            String path,
            Map<String, String> form);

    /** DELETE, parameters in the query string. */
    JsonNode delete(Inventory.Environment environment, Inventory.Node node, String path, Map<String, String> query);

    /**
     * A change that a task of the node makes.
     *
     * @param method POST, PUT or DELETE
     * @param type of the task as its UPID names it: {@code vzcreate}
     * @param guest the number of the guest that the task is about
     * @param resumed whether this may have been sent before: then a task of ours of this type on this guest that runs is
     *     followed, and nothing is sent
     */
    record Change(
            String method, String path, Map<String, String> parameters, String type, int guest, boolean resumed) {}

    /**
     * Starts a task and follows it as {@link #follow} does. When the answer to the start is lost, the task is looked for in
     * the node's task list (ours, of this type, on this guest, not there before) for half a minute; it is never started
     * again.
     *
     * @return the exit status when it is a success ({@code OK} or {@code WARNINGS: n})
     * @throws io.muster.step.StepFailure also Fatal OutcomeUnknown when no such task was found
     */
    String perform(
            Inventory.Environment environment,
            Inventory.Node node,
            Change change,
            Consumer<String> log,
            Duration timeout,
            BooleanSupplier cancelled);

    /**
     * Follows the newest task of ours of a change's type on its guest that runs still. Nothing is sent.
     *
     * @return as {@link #perform}; empty when none runs
     */
    Optional<String> followRunning(
            Inventory.Environment environment,
            Inventory.Node node,
            Change change,
            Consumer<String> log,
            Duration timeout,
            BooleanSupplier cancelled);

    /**
     * Follows a task to its end and passes its log lines on. A server that is away meanwhile is asked again until the time
     * is up: the task goes on without us.
     *
     * @param cancelled asked before each poll; true stops the task on the node, then fails with Cancelled
     * @return the exit status when it is a success ({@code OK} or {@code WARNINGS: n})
     * @throws io.muster.step.StepFailure Fatal TaskFailed with the exit status and the end of the log; TimedOut
     *     (the task goes on); Cancelled
     */
    String follow(
            Inventory.Environment environment,
            Inventory.Node node,
            String upid,
            Consumer<String> log,
            Duration timeout,
            BooleanSupplier cancelled);
}
