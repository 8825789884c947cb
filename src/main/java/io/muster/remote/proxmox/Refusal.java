package io.muster.remote.proxmox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.muster.inventory.Inventory;
import io.muster.remote.http.HttpReply;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What an answer other than 2xx means. Its text is in the body, or, as with 401, in the reason phrase only. */
final class Refusal {

    static final String PROXMOX_ERROR = "ProxmoxError";

    static final String LOCK_ADVICE =
            "Wait for what holds the lock (a backup, a snapshot) to end; a stale lock is removed"
                    + " with `pct unlock` on the node.";

    /** A call holds such a lock for moments, and nothing is left of it that `pct unlock` would remove. */
    private static final String BUSY_ADVICE = "Another call or task held the lock too long. Wait for it to end.";

    private static final String ROOT_ONLY = "only allowed for root@pam";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern PRIVILEGE = Pattern.compile("\\((/[^,()]*), ([^()]+)\\)");
    /** Whoever is told NotFound of a guest may make it again, or forget it: of nothing else. */
    private static final Pattern NO_GUEST = Pattern.compile(
            "^Configuration file '[^']*/(lxc|qemu-server)/\\d+\\.conf' does not exist|^unable to find configuration file for (CT|VM)");

    private static final Pattern MISSING = Pattern.compile("does not exist|no such |unable to find");
    private static final Pattern NO_NODE = Pattern.compile("^hostname lookup '.*' failed");
    private static final Pattern LOCKED_GUEST = Pattern.compile("^(?:CT|VM) is locked \\(");
    private static final Pattern LOCKED = Pattern.compile("is locked");
    private static final Pattern BUSY = Pattern.compile("can't lock file|got lock request timeout");
    private static final Pattern CONFLICT = Pattern.compile(
            "already running|not running|already exists|is running" + "|is stopped|protection mode|already used");
    private static final Pattern MODIFIED = Pattern.compile("detected modified configuration");

    private final Inventory.Node node;
    private final ApiCall call;
    private final Credentials credentials;
    private final HttpReply reply;
    private final String said;

    Refusal(ApiCall call, Credentials credentials, HttpReply reply) {
        this.node = call.node();
        this.call = call;
        this.credentials = credentials;
        this.reply = reply;
        String message = body(reply).path("message").asText("").strip();
        this.said = message.isEmpty() ? reply.reason().strip() : message;
    }

    /**
     * Whether a task's exit status means that the guest was locked when it began, so that it did nothing. Timeouts of other
     * locks are met in its midst too.
     */
    static boolean beforeTask(String exit) {
        return LOCKED_GUEST.matcher(exit).find();
    }

    /** Whether it was refused because it takes root in person, which no token is. Nothing was done then. */
    static boolean isForRootOnly(StepFailure failure) {
        return failure.reason().equals(Reason.PERMISSION_DENIED)
                && failure.getMessage().contains(ROOT_ONLY);
    }

    StepFailure failure() {
        return switch (reply.status()) {
            case 400 -> invalid();
            case 401 -> new StepFailure.Fatal(
                    Reason.AUTHENTICATION_FAILED,
                    text() + " Check that " + credentials.described()
                            + " exists there, has not expired or been disabled," + " and that " + credentials.secret()
                            + " holds its secret.");
            case 403 -> forbidden();
            case 404 -> new StepFailure.Rejected(Reason.NOT_FOUND, text() + " Check the path and the `api` URL.");
            case 500 -> failed();
            case 503, 595 -> unreachable();
                // With these the request may have got through to the node.
            case 502, 504, 596, 597, 599 -> call.changing() ? unknown() : unreachable();
            default -> new StepFailure.Fatal(
                    PROXMOX_ERROR, text() + " Check that `api` is a Proxmox VE that knows this call.");
        };
    }

    private StepFailure invalid() {
        List<String> lines = new ArrayList<>();
        body(reply)
                .path("errors")
                .fields()
                .forEachRemaining(error -> lines.add(error.getKey() + ": "
                        + error.getValue().asText().strip().replaceAll("\\s*\\R\\s*", "; ")));
        if (lines.isEmpty()) {
            return new StepFailure.Rejected(Reason.INVALID_INPUT, text());
        }
        String all = text() + "\n  " + String.join("\n  ", lines);
        boolean one = lines.size() == 1;
        if (one && lines.get(0).contains("no such task")) {
            return new StepFailure.Rejected(Reason.NOT_FOUND, all);
        }
        return one && lines.get(0).contains("already exists")
                ? new StepFailure.Fatal(Reason.CONFLICT, all)
                : new StepFailure.Rejected(Reason.INVALID_INPUT, all);
    }

    private StepFailure forbidden() {
        Matcher privilege = PRIVILEGE.matcher(said);
        String advice = "Look up which privilege the call needs, and give it to the API token.";
        if (said.contains(ROOT_ONLY)) {
            advice =
                    "No API token may do that: only root@pam logged in with its password. Give the node `user: root@pam` and"
                            + " `password: secret:…` in the inventory, or do it by hand on the node.";
        } else if (privilege.find()) {
            advice = "Give " + credentials.described() + " the privilege " + privilege.group(2) + " on "
                    + privilege.group(1) + " (a token with privilege separation has only what it was given itself).";
        }
        return new StepFailure.Fatal(Reason.PERMISSION_DENIED, text() + " " + advice);
    }

    private StepFailure failed() {
        if (LOCKED.matcher(said).find()) {
            return new StepFailure.Transient(Reason.CONFLICT, text() + " " + LOCK_ADVICE);
        }
        if (BUSY.matcher(said).find()) {
            return new StepFailure.Transient(Reason.CONFLICT, text() + " " + BUSY_ADVICE);
        }
        if (NO_GUEST.matcher(said).find()) {
            return new StepFailure.Rejected(
                    Reason.NOT_FOUND, text() + " Check `node` and `vmid` in the inventory, and what the node has.");
        }
        if (NO_NODE.matcher(said).find()) {
            return new StepFailure.Transient(
                    Reason.HOST_UNREACHABLE,
                    text() + " Check the node's name (`node`) in the inventory, and that it is in the cluster.");
        }
        if (MISSING.matcher(said).find()) {
            return new StepFailure.Rejected(
                    Reason.INVALID_INPUT,
                    text()
                            + " The node has no such storage, volume, template or snapshot: correct the name, or see to it"
                            + " that the node has it.");
        }
        if (MODIFIED.matcher(said).find()) {
            return new StepFailure.Transient(
                    Reason.CONFLICT,
                    text() + " Somebody else changed it at the same moment; nothing was changed here.");
        }
        return CONFLICT.matcher(said).find()
                ? new StepFailure.Fatal(Reason.CONFLICT, text() + " Look at its state on the node, then decide.")
                : new StepFailure.Fatal(PROXMOX_ERROR, text() + " Look at the node's log and task list.");
    }

    private StepFailure unreachable() {
        return new StepFailure.Transient(
                Reason.HOST_UNREACHABLE,
                text() + " The node " + node.node() + " cannot be reached by the one that answers at " + node.api()
                        + ". Check that it is up and in the cluster. Nothing was changed.");
    }

    private StepFailure unknown() {
        return new StepFailure.Fatal(Reason.OUTCOME_UNKNOWN, text() + " " + LookThere.advice(node, credentials.user()));
    }

    private String text() {
        String words = said.isEmpty() ? "" : ": " + said;
        String end = words.endsWith(".") || words.endsWith("!") ? "" : ".";
        return call.shown() + " was answered with " + reply.status() + words + end;
    }

    /** Empty where it is no JSON. */
    static JsonNode body(HttpReply reply) {
        try {
            return JSON.readTree(reply.body());
        } catch (IOException e) {
            return MissingNode.getInstance();
        }
    }
}
