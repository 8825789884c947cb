package io.muster.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Updates of running services, by the public API alone; their data is looked at as their users do. */
class ServiceUpdateIT extends JourneyTest {

    private Lifecycle lifecycle;

    @BeforeEach
    void lifecycle() {
        lifecycle = new Lifecycle(api);
    }

    private String base(int port) {
        return "http://" + network + ".1.3:" + port;
    }

    private String update(String service, String version) {
        return lifecycle.started("service-update", service, Map.of("version", version));
    }

    private String version(int port) {
        return api.getAsNobody(base(port) + "/health").json().path("version").asText();
    }

    @Test
    void anApprovedUpdateBringsTheNewVersionAndKeepsTheData() {
        services.add("update-well", 8201);
        runs.deployed("update-well", "1.0.0");
        lifecycle.note(base(8201), "before the update");

        String id = update("update-well", "1.1.0");
        runs.awaitTask(id, "approve-update");
        assertThat(version(8201)).isEqualTo("1.0.0");
        runs.decide(id, "approve-update", true, "Go.");
        JsonNode run = runs.awaitState(id, "COMPLETED");
        assertThat(run.path("outcome").asText()).isEqualTo("service-updated");

        assertThat(version(8201)).isEqualTo("1.1.0");
        assertThat(lifecycle.titles(base(8201))).containsExactly("before the update");
        assertThat(containers(EXPERIMENTAL))
                .contains("update-well")
                .noneMatch(name -> name.startsWith("update-well--"));
        assertThat(api.get("auditor", run.at("/documents/0/url").asText()).body())
                .contains("From 1.0.0 to 1.1.0: a minor version.", "files unchanged", "0 gone", "approver", "Go.");

        String again = update("update-well", "1.1.0");
        assertThat(runs.awaitState(again, "COMPLETED").path("outcome").asText()).isEqualTo("nothing-to-change");
    }

    @Test
    void anUnhealthyVersionSaysHowToGoBackAndNothingIsLostOnTheWay() {
        services.add("update-bad", 8202);
        runs.deployed("update-bad", "1.1.0");
        lifecycle.note(base(8202), "precious");
        String id = update("update-bad", "2.1.0");
        runs.decide(id, "approve-update", true, "");
        runs.awaitState(id, "FAILED");

        JsonNode failure = runs.step(id, "check-container").path("failure");
        assertThat(failure.path("message").asText())
                .contains("update-bad is unhealthy", "To go back: cancel this run, then start `service-deployment`")
                .contains("with version 1.1.0", "kept, stopped, as update-bad--previous");
        assertThat(containers(EXPERIMENTAL)).contains("update-bad", "update-bad--previous");

        lifecycle.cancel(id);
        runs.awaitState(id, "ABORTED");
        runs.deployed("update-bad", "1.1.0");
        assertThat(version(8202)).isEqualTo("1.1.0");
        assertThat(lifecycle.titles(base(8202))).containsExactly("precious");
    }

    @Test
    void aServiceThatIsNotWellIsNotUpdated() {
        services.add("update-absent", 8203);
        String absent = update("update-absent", "1.1.0");
        assertThat(runs.awaitState(absent, "REJECTED").path("outcome").asText()).isEqualTo("update-refused");
        assertThat(runs.step(absent, "check-container").at("/failure/message").asText())
                .contains("There is no container update-absent");
    }

    @Test
    void aDowngradeOfACoreServiceNeedsAnAdrAndCanBeWithdrawn() {
        services.add("update-core", "core", "core-01", "1.1", 8204);
        runs.deployed("update-core", "1.1.0");
        String id = update("update-core", "1.0.0");
        String task = runs.awaitTask(id, "record-deviation");
        assertThat(runs.complete("operator", task, Map.of("deviationAccepted", false))
                        .status())
                .isEqualTo(204);
        assertThat(runs.awaitState(id, "REJECTED").path("outcome").asText()).isEqualTo("update-withdrawn");
    }

    @Test
    void whoDependsOnItIsToldBeforeItIsApproved() {
        services.add("update-base", 8205);
        runs.deployed("update-base", "1.0.0");
        services.add("update-user", 8206);
        services.more("update-user", "dependencies: [update-base]");
        runs.deployed("update-user", "1.0.0");

        String id = update("update-base", "1.1.0");
        String task = runs.awaitTask(id, "inform-dependents");
        assertThat(runs.step(id, "find-dependents").path("output").toString()).contains("update-user (experimental");
        assertThat(runs.complete("operator", task, Map.of("notice", "Told them at the stand-up."))
                        .status())
                .isEqualTo(204);
        runs.decide(id, "approve-update", false, "Only to see it.");
        JsonNode run = runs.awaitState(id, "REJECTED");
        assertThat(run.path("outcome").asText()).isEqualTo("update-rejected");
        assertThat(api.get("auditor", run.at("/documents/0/url").asText()).body())
                .contains("Told them at the stand-up.");
        assertThat(version(8205)).isEqualTo("1.0.0");
    }
}
