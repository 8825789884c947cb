package io.muster.remote.proxmox;

import com.fasterxml.jackson.databind.JsonNode;
import io.muster.inventory.Inventory;
import io.muster.inventory.Secrets;
import io.muster.remote.ProxmoxNodes;
import io.muster.remote.http.HttpWire;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.springframework.stereotype.Component;

/**
 * The API over HTTPS with the node's token. What no token may do (the server says so, and has done nothing then) goes with a
 * login by password, where the inventory has one.
 */
@Component
final class HttpProxmoxNodes implements ProxmoxNodes {

    private final ApiWire wire;
    private final Tickets tickets;
    private final Secrets secrets;
    private final Clock clock;
    private final Pause pause;

    HttpProxmoxNodes(HttpWire wire, Secrets secrets, Clock clock, Pause pause) {
        this.wire = new ApiWire(wire);
        this.tickets = new Tickets(this.wire, secrets, clock);
        this.secrets = secrets;
        this.clock = clock;
        this.pause = pause;
    }

    @Override
    public JsonNode get(
            Inventory.Environment environment, Inventory.Node node, String path, Map<String, String> query) {
        return call(new ApiCall(environment, node, "GET", path, query, Optional.empty()));
    }

    @Override
    public JsonNode send(
            Inventory.Environment environment,
            Inventory.Node node,
            String method,
            String path,
            Map<String, String> form) {
        if (!method.equals("POST") && !method.equals("PUT")) {
            throw new IllegalArgumentException("POST or PUT, not " + method);
        }
        return call(new ApiCall(environment, node, method, path, Map.of(), Optional.of(form)));
    }

    @Override
    public JsonNode delete(
            Inventory.Environment environment, Inventory.Node node, String path, Map<String, String> query) {
        return call(new ApiCall(environment, node, "DELETE", path, query, Optional.empty()));
    }

    /** About a task: with the credentials that started it, as another account may not be allowed to see it. */
    JsonNode ofTask(Upid task, ApiCall call) {
        Optional<Inventory.Login> login =
                call.node().login().filter(known -> known.user().equals(task.user()));
        return login.isPresent() ? withTicket(call, login.get()) : wire.send(call, token(call.node()));
    }

    @Override
    public String perform(
            Inventory.Environment environment,
            Inventory.Node node,
            Change change,
            Consumer<String> log,
            Duration timeout,
            BooleanSupplier cancelled) {
        TaskWatch.Settings settings = new TaskWatch.Settings(clock, pause, timeout, cancelled, log);
        return watched(environment, node, new TaskStart(this, environment, node, change, settings).start(), settings);
    }

    @Override
    public Optional<String> followRunning(
            Inventory.Environment environment,
            Inventory.Node node,
            Change change,
            Consumer<String> log,
            Duration timeout,
            BooleanSupplier cancelled) {
        TaskWatch.Settings settings = new TaskWatch.Settings(clock, pause, timeout, cancelled, log);
        return new TaskStart(this, environment, node, change, settings)
                .running()
                .map(task -> watched(environment, node, task, settings));
    }

    private String watched(
            Inventory.Environment environment, Inventory.Node node, Upid task, TaskWatch.Settings settings) {
        settings.log().accept("The " + task);
        String exit = new TaskWatch(this, environment, node, task, settings).follow();
        settings.log().accept("The task ended: " + exit);
        return exit;
    }

    @Override
    public String follow(
            Inventory.Environment environment,
            Inventory.Node node,
            String upid,
            Consumer<String> log,
            Duration timeout,
            BooleanSupplier cancelled) {
        TaskWatch.Settings settings = new TaskWatch.Settings(clock, pause, timeout, cancelled, log);
        return new TaskWatch(this, environment, node, Upid.parse(upid), settings).follow();
    }

    private JsonNode call(ApiCall call) {
        try {
            return wire.send(call, token(call.node())).path("data");
        } catch (StepFailure e) {
            if (call.node().login().isEmpty() || !Refusal.isForRootOnly(e)) {
                throw e;
            }
            return withTicket(call, call.node().login().get()).path("data");
        }
    }

    /** A ticket that was refused had ended (its node was restarted, its key replaced): nothing was done, and a new one is got. */
    private JsonNode withTicket(ApiCall call, Inventory.Login login) {
        Credentials credentials = tickets.of(call.environment(), call.node(), login);
        try {
            return wire.send(call, credentials);
        } catch (StepFailure e) {
            if (!e.reason().equals(Reason.AUTHENTICATION_FAILED)) {
                throw e;
            }
            tickets.forget(call.node(), credentials);
            return wire.send(call, tickets.of(call.environment(), call.node(), login));
        }
    }

    private Credentials token(Inventory.Node node) {
        try {
            return Credentials.token(node.tokenId(), node.tokenSecret(), secrets.resolve(node.tokenSecret()));
        } catch (Secrets.SecretMissing e) {
            throw new StepFailure.Fatal(
                    Reason.SECRET_MISSING,
                    "The API token of Proxmox VE node " + node.name() + " is not there: " + e.getMessage(),
                    e);
        }
    }
}
