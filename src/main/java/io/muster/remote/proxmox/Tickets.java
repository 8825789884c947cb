package io.muster.remote.proxmox;

import com.fasterxml.jackson.databind.JsonNode;
import io.muster.inventory.Inventory;
import io.muster.inventory.Secrets;
import io.muster.remote.http.HttpReply;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Logins by password, each kept until shortly before its two hours are over. Thread-safe. */
final class Tickets {

    private static final Duration KEPT = Duration.ofMinutes(100);
    private static final String SECOND_FACTOR = "PVE:!tfa!";

    private record Key(String api, String user) {}

    private record Held(Credentials credentials, Instant since) {}

    private final ApiWire wire;
    private final Secrets secrets;
    private final Clock clock;
    private final Map<Key, Held> held = new ConcurrentHashMap<>();

    Tickets(ApiWire wire, Secrets secrets, Clock clock) {
        this.wire = wire;
        this.secrets = secrets;
        this.clock = clock;
    }

    Credentials of(Inventory.Environment environment, Inventory.Node node, Inventory.Login login) {
        Key key = new Key(node.api(), login.user());
        Held known = held.get(key);
        if (known != null && clock.instant().isBefore(known.since().plus(KEPT))) {
            return known.credentials();
        }
        Held made = new Held(login(environment, node, login), clock.instant());
        held.put(key, made);
        return made.credentials();
    }

    /** It was refused; the next call logs in anew. */
    void forget(Inventory.Node node, Credentials refused) {
        held.computeIfPresent(
                new Key(node.api(), refused.user()),
                (key, known) -> known.credentials().equals(refused) ? null : known);
    }

    private Credentials login(Inventory.Environment environment, Inventory.Node node, Inventory.Login login) {
        Map<String, String> form = Map.of("username", login.user(), "password", password(node, login));
        ApiCall call = new ApiCall(environment, node, "POST", "/access/ticket", Map.of(), Optional.of(form));
        HttpReply reply = wire.login(call);
        Credentials asking = Credentials.ticket(login.user(), login.password(), "", "");
        if (reply.status() / 100 != 2) {
            throw new Refusal(call, asking, reply).failure();
        }
        JsonNode data = Refusal.body(reply).path("data");
        String ticket = data.path("ticket").asText("");
        if (data.path("NeedTFA").asBoolean() || ticket.startsWith(SECOND_FACTOR)) {
            throw new StepFailure.Fatal(
                    Reason.AUTHENTICATION_FAILED,
                    "The login of " + login.user() + " at Proxmox VE node " + node.name() + " wants a second factor,"
                            + " which nobody is there to give. Name a user without one, or do by hand what only it may.");
        }
        if (ticket.isEmpty()) {
            throw new StepFailure.Fatal(
                    Refusal.PROXMOX_ERROR,
                    call.shown() + " was answered with " + reply.status() + ", but without a ticket. Check that `api` ("
                            + node.api() + ") is a Proxmox VE and no proxy's page.");
        }
        return Credentials.ticket(
                login.user(),
                login.password(),
                ticket,
                data.path("CSRFPreventionToken").asText(""));
    }

    private String password(Inventory.Node node, Inventory.Login login) {
        try {
            return secrets.resolve(login.password());
        } catch (Secrets.SecretMissing e) {
            throw new StepFailure.Fatal(
                    Reason.SECRET_MISSING,
                    "The password of " + login.user() + " at Proxmox VE node " + node.name() + " is not there: "
                            + e.getMessage(),
                    e);
        }
    }
}
