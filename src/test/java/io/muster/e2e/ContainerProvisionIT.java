package io.muster.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.muster.inventory.Inventory;
import io.muster.remote.ProxmoxNodes;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** An LXC container that is not there at first, by the public API alone. */
class ContainerProvisionIT extends JourneyTest {

    private static final String CONTAINER = "experimental-02";
    private static final String LXC = "/nodes/proxima/lxc/104";

    @Autowired
    private ProxmoxNodes nodes;

    private Lifecycle lifecycle;

    @BeforeEach
    void lifecycle() {
        lifecycle = new Lifecycle(api);
    }

    @AfterEach
    void gone() {
        if (there()) {
            destroy();
        }
    }

    @Test
    void itIsMadeOnceFoundUnchangedThenAndDeployedInto() {
        String rejected = provision();
        runs.decide(rejected, "approve-provision", false, "Not now.");
        assertThat(outcome(rejected, "REJECTED")).isEqualTo("provision-rejected");
        assertThat(there()).isFalse();

        String id = provision();
        runs.decide(id, "approve-provision", true, "");
        assertThat(outcome(id, "COMPLETED")).isEqualTo("container-provisioned");
        assertThat(document(id))
                .contains(
                        "LXC container 104 (experimental-02) on node proxima was created", "host keys ssh-", "Docker ")
                .contains("experimental-02 is ready", "approver");

        String again = provision();
        assertThat(outcome(again, "COMPLETED")).isEqualTo("nothing-to-change");
        assertThat(document(again)).contains("Nothing was changed", "experimental-02 is ready");

        services.add("provision-notes", "experimental", CONTAINER, "1.4", 8301);
        runs.deployed("provision-notes", "1.0.0");
        assertThat(containers(CONTAINER)).contains("provision-notes");
    }

    /** And another one, which wants the same container meanwhile, waits and finds it. */
    @Test
    void aDeploymentIntoAContainerThatIsNotThereMakesItFirst() {
        services.add("provision-first", "experimental", CONTAINER, "1.4", 8302);
        String id = runs.started("provision-first", "1.0.0");
        JsonNode waiting = runs.awaitState(id, "WAITING");
        assertThat(waiting.at("/tasks/0/task").asText()).isEqualTo("approve-provision");
        assertThat(there()).isFalse();
        Api.Answer own = runs.complete(
                "operator", waiting.at("/tasks/0/id").asText(), Map.of("approved", true, "comment", "my own"));
        assertThat(own.status()).as(own.body()).isNotEqualTo(204);
        services.add("provision-second", "experimental", CONTAINER, "1.4", 8303);
        String other = runs.started("provision-second", "1.0.0");
        await().atMost(Runs.PATIENCE)
                .until(() -> runs.run(other).path("waitsFor").toString().contains(id));
        runs.decide(id, "approve-provision", true, "");
        runs.decide(id, "approve-deployment", true, "");
        assertThat(outcome(id, "COMPLETED")).isEqualTo("service-deployed");
        runs.decide(other, "approve-deployment", true, "");
        assertThat(outcome(other, "COMPLETED")).isEqualTo("service-deployed");
        assertThat(containers(CONTAINER)).contains("provision-first", "provision-second");
    }

    /** While an approver thinks about a change, somebody destroys the container on its node. */
    @Test
    void aContainerThatIsDestroyedByHandIsNotMistakenForTheOneThatWasApproved() {
        String first = provision();
        runs.decide(first, "approve-provision", true, "");
        assertThat(outcome(first, "COMPLETED")).isEqualTo("container-provisioned");
        send("PUT", "/config", Map.of("memory", "256"));
        String id = provision();
        runs.awaitTask(id, "approve-provision");
        assertThat(runs.step(id, "compare-container").at("/output/summary").asText())
                .contains("memory: 256 -> 512");
        destroy();
        runs.decide(id, "approve-provision", true, "The memory.");
        runs.awaitTask(id, "approve-provision");
        assertThat(there()).isFalse();
        assertThat(runs.step(id, "compare-container").at("/output/exists").asBoolean())
                .isFalse();
        runs.decide(id, "approve-provision", true, "A new one.");
        assertThat(outcome(id, "COMPLETED")).isEqualTo("container-provisioned");
        assertThat(runs.step(id, "create-container").at("/output/changed").asBoolean())
                .isTrue();
    }

    @Test
    void onlyWhatTheInventorySpecifiesCanBeAskedFor() {
        Api.Answer unknown = start("core-02");
        assertThat(unknown.status()).isEqualTo(400);
        assertThat(unknown.body()).contains("'container' is 'core-02'", "does not have", "Allowed: experimental-02.");
        Api.Answer unspecified = start("core-01");
        assertThat(unspecified.status()).isEqualTo(400);
        assertThat(unspecified.body()).contains("the host has no `container`", "Allowed: experimental-02.");
    }

    private Api.Answer start(String container) {
        return lifecycle.start(
                "container-provision", Map.of("environment", "sandbox", "container", container, "reason", "a test"));
    }

    private String provision() {
        Api.Answer answer = start(CONTAINER);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json().path("id").asText();
    }

    private String outcome(String run, String state) {
        return runs.awaitState(run, state).path("outcome").asText();
    }

    private String document(String run) {
        return api.get("auditor", runs.run(run).at("/documents/0/url").asText()).body();
    }

    private Inventory.Environment environment() {
        return inventories.current().environments().get("sandbox");
    }

    private boolean there() {
        Inventory.Environment environment = environment();
        JsonNode all = nodes.get(environment, environment.nodes().get("proxima"), "/nodes/proxima/lxc", Map.of());
        for (JsonNode one : all) {
            if (one.path("vmid").asInt() == 104) {
                return true;
            }
        }
        return false;
    }

    private void destroy() {
        send("DELETE", "", Map.of("force", "1"));
        await().atMost(Runs.PATIENCE).until(() -> !there());
    }

    private void send(String method, String below, Map<String, String> parameters) {
        Inventory.Environment environment = environment();
        Inventory.Node node = environment.nodes().get("proxima");
        if (method.equals("DELETE")) {
            nodes.perform(
                    environment,
                    node,
                    new ProxmoxNodes.Change(method, LXC + below, parameters, "vzdestroy", 104, false),
                    line -> {},
                    Runs.PATIENCE,
                    () -> false);
        } else {
            nodes.send(environment, node, method, LXC + below, parameters);
        }
    }
}
