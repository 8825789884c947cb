package io.muster.remote.proxmox;

import com.fasterxml.jackson.databind.JsonNode;
import io.muster.inventory.Inventory;
import io.muster.remote.http.HttpCall;
import io.muster.remote.http.HttpFailed;
import io.muster.remote.http.HttpReply;
import io.muster.remote.http.HttpWire;
import io.muster.remote.tls.Trust;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** Makes calls over HTTPS, each once. A change goes over a connection of its own, so that its outcome is clear. */
final class ApiWire {

    /** Above the 30 s that Proxmox VE gives the node it passes a call on to. */
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private static final int MAX_BYTES = 16 << 20;

    private final HttpWire wire;

    ApiWire(HttpWire wire) {
        this.wire = wire;
    }

    /** The whole answer, with {@code data} in it. */
    JsonNode send(ApiCall call, Credentials credentials) {
        HttpReply reply = exchange(call, credentials.headers(call.changing()), credentials.user());
        if (reply.status() / 100 != 2) {
            throw new Refusal(call, credentials, reply).failure();
        }
        return body(call, credentials.user(), reply);
    }

    /** A login, which says itself who asks. */
    HttpReply login(ApiCall call) {
        return exchange(call, Map.of(), "");
    }

    private HttpReply exchange(ApiCall call, Map<String, String> credentials, String user) {
        Map<String, String> headers = new TreeMap<>(credentials);
        if (call.form().isPresent()) {
            headers.put("Content-Type", "application/x-www-form-urlencoded");
        }
        HttpCall request = new HttpCall(
                call.environment(),
                trust(call.node(), call.environment()),
                call.method(),
                call.uri(),
                headers,
                call.body(),
                call.changing(),
                TIMEOUT,
                MAX_BYTES);
        try {
            return wire.send(request);
        } catch (HttpFailed e) {
            if (call.changing() && !user.isEmpty() && e.sent()) {
                throw new StepFailure.Fatal(
                        Reason.OUTCOME_UNKNOWN,
                        call.shown() + " was sent, but its answer was lost: " + e.getMessage() + " "
                                + LookThere.advice(call.node(), user),
                        e);
            }
            throw Failures.withText(e.failure(), call.shown() + " failed, nothing was changed: " + e.getMessage());
        }
    }

    private static Trust trust(Inventory.Node node, Inventory.Environment environment) {
        return node.fingerprint().map(Trust::pinned).orElseGet(() -> Trust.onlyOr(node.trust(), environment));
    }

    private static JsonNode body(ApiCall call, String user, HttpReply reply) {
        JsonNode body = Refusal.body(reply);
        if (body.has("data")) {
            return body;
        }
        String what = call.shown() + " was answered with " + reply.status()
                + (reply.truncated() ? ", and more than " + MAX_BYTES + " bytes." : ", but not as Proxmox VE answers.")
                + " Check that `api` (" + call.node().api() + ") is a Proxmox VE and no proxy's page.";
        throw call.changing()
                ? new StepFailure.Fatal(Reason.OUTCOME_UNKNOWN, what + " " + LookThere.advice(call.node(), user))
                : new StepFailure.Fatal(Refusal.PROXMOX_ERROR, what);
    }
}
