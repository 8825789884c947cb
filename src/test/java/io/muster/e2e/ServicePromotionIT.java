package io.muster.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Promotions from experimental-01 to core-01, by the public API alone; the data is looked at as its users do. */
class ServicePromotionIT extends JourneyTest {

    private Lifecycle lifecycle;

    @BeforeEach
    void lifecycle() {
        lifecycle = new Lifecycle(api);
    }

    private String experimental(int port) {
        return "http://" + network + ".1.3:" + port;
    }

    private String core(int port) {
        return "http://" + network + ".1.1:" + port;
    }

    private void candidate(String name, int port, String after) {
        services.add(name, port);
        services.more(
                name,
                """
                promotion:
                  container: core-01
                  class: core
                  after: %s
                  ports: ["%d:8080"]
                  health: {url: "http://%s.1.1:%d/health", status: 200, json-path: $.status, json-value: UP}
                  metrics: {target: "%s.1.1:%d", path: /metrics, scheme: http}
                  limits: {memory: 512MiB, cpus: 1}"""
                        .formatted(after, port, network, port, network, port));
    }

    private String promote(String service) {
        return lifecycle.started("service-promotion", service, Map.of());
    }

    private JsonNode service(String name) {
        for (JsonNode service : api.get("operator", "/api/services").json()) {
            if (service.path("id").asText().equals(name)) {
                return service;
            }
        }
        throw new AssertionError("No service " + name);
    }

    private Path on(String host, String path) {
        return sandbox.host(host).jail().root().resolve(path.substring(1));
    }

    @Test
    void aValidatedServiceMovesWithItsDataAndStaysThereForAllThatFollows() {
        candidate("promote-well", 8241, "PT1S");
        assertThat(service("promote-well").path("promotion").asText()).isEqualTo("core-01");
        runs.deployed("promote-well", "1.0.0");
        lifecycle.note(experimental(8241), "from the lab");

        String id = promote("promote-well");
        runs.awaitTask(id, "approve-promotion");
        assertThat(runs.step(id, "collect-validation").path("output").toString())
                .contains("service-deployment, service-deployed");
        assertThat(containers("core-01")).doesNotContain("promote-well");
        runs.decide(id, "approve-promotion", true, "Well done.");
        JsonNode run = runs.awaitState(id, "COMPLETED");
        assertThat(run.path("outcome").asText()).isEqualTo("service-promoted");

        assertThat(lifecycle.titles(core(8241))).containsExactly("from the lab");
        assertThat(containers("core-01")).contains("promote-well");
        assertThat(containers(EXPERIMENTAL)).noneMatch(name -> name.startsWith("promote-well"));
        assertThat(on(EXPERIMENTAL, "/srv/persistent/promote-well")).doesNotExist();
        assertThat(runs.step(id, "run-service").path("input").path("memory").asText())
                .isEqualTo("512MiB");
        assertThat(api.get("auditor", run.at("/documents/0/url").asText()).body())
                .contains("Promotion of promote-well 1.0.0 to core-01", "content, modes and owners are the same")
                .contains("container: core-01", "Well done.");

        JsonNode service = service("promote-well");
        assertThat(service.path("container").asText()).isEqualTo("core-01");
        assertThat(service.path("class").asText()).isEqualTo("core");
        assertThat(service.path("state").asText()).isEqualTo("HEALTHY");
        assertThat(service.path("version").asText()).isEqualTo("1.0.0");
        assertThat(service.path("healthUrl").asText()).startsWith(core(8241));

        String update = lifecycle.started("service-update", "promote-well", Map.of("version", "1.1.0"));
        runs.decide(update, "approve-update", true, "");
        runs.awaitState(update, "COMPLETED");
        assertThat(lifecycle.titles(core(8241))).containsExactly("from the lab");
        assertThat(containers(EXPERIMENTAL)).noneMatch(name -> name.startsWith("promote-well"));

        String again = promote("promote-well");
        assertThat(runs.awaitState(again, "REJECTED").path("outcome").asText()).isEqualTo("promotion-refused");
    }

    @Test
    void whatHasNotRunForLongEnoughIsRefusedAndTouchedByNobody() {
        candidate("promote-young", 8242, "PT2H");
        runs.deployed("promote-young", "1.1.0");
        String before = identity(EXPERIMENTAL, "promote-young");
        String id = promote("promote-young");
        assertThat(runs.awaitState(id, "REJECTED").path("outcome").asText()).isEqualTo("promotion-refused");
        assertThat(runs.step(id, "collect-validation").path("output").toString().replaceAll("[^A-Za-z:]", ""))
                .contains("longEnough:false");
        assertThat(identity(EXPERIMENTAL, "promote-young")).isEqualTo(before);
    }

    @Test
    void dataThatIsAtTheDestinationAlreadyIsNotOverwritten() throws Exception {
        candidate("promote-taken", 8243, "PT1S");
        runs.deployed("promote-taken", "1.1.0");
        Path taken = on("core-01", "/srv/persistent/promote-taken/somebodys.txt");
        java.nio.file.Files.createDirectories(taken.getParent());
        java.nio.file.Files.writeString(taken, "mine");
        String id = promote("promote-taken");
        assertThat(runs.awaitState(id, "REJECTED").path("outcome").asText()).isEqualTo("promotion-refused");
        assertThat(runs.step(id, "plan-copy").at("/failure/reason").asText()).isEqualTo("Conflict");
        assertThat(taken).hasContent("mine");
    }

    @Test
    void aRejectedPromotionTouchesNothing() {
        candidate("promote-not", 8244, "PT1S");
        runs.deployed("promote-not", "1.1.0");
        String before = identity(EXPERIMENTAL, "promote-not");
        String id = promote("promote-not");
        runs.decide(id, "approve-promotion", false, "Next week.");
        assertThat(runs.awaitState(id, "REJECTED").path("outcome").asText()).isEqualTo("promotion-rejected");
        assertThat(identity(EXPERIMENTAL, "promote-not")).isEqualTo(before);
        assertThat(containers("core-01")).doesNotContain("promote-not");
    }
}
