package io.muster.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Retirements of services that run, by the public API alone; what is left is looked for on the hosts. */
class ServiceRetirementIT extends JourneyTest {

    private Lifecycle lifecycle;

    @BeforeEach
    void lifecycle() {
        lifecycle = new Lifecycle(api);
    }

    private String retire(String service, String data) {
        return lifecycle.started("service-retirement", service, Map.of("data", data));
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
    void aRetiredServiceIsArchivedAndLeavesNothingButItsArchive() {
        services.add("retire-whole", 8221);
        runs.deployed("retire-whole", "1.1.0");
        lifecycle.note("http://" + network + ".1.3:8221", "for the archive");

        String id = retire("retire-whole", "remove");
        runs.awaitTask(id, "approve-retirement");
        assertThat(containers(EXPERIMENTAL)).contains("retire-whole");
        runs.decide(id, "approve-retirement", true, "Farewell.");
        JsonNode run = runs.awaitState(id, "COMPLETED");
        assertThat(run.path("outcome").asText()).isEqualTo("service-retired");

        assertThat(containers(EXPERIMENTAL)).noneMatch(name -> name.startsWith("retire-whole"));
        assertThat(on(EXPERIMENTAL, "/srv/persistent/retire-whole")).doesNotExist();
        assertThat(on("monitoring-01", "/etc/prometheus/targets/muster-sandbox@retire-whole.json"))
                .doesNotExist();
        Path archive = on("monitoring-01", "/srv/persistent/archive/sandbox/retire-whole/" + id);
        assertThat(archive.resolve("MANIFEST.yml")).content().contains("service: retire-whole", "version: 1.1.0", id);
        assertThat(archive.resolve("volume-1.tar")).isNotEmptyFile();

        JsonNode service = service("retire-whole");
        assertThat(service.path("state").asText()).isEqualTo("RETIRED");
        assertThat(service.path("version").isNull()).isTrue();
        assertThat(api.get("auditor", run.at("/documents/0/url").asText()).body())
                .contains("Retirement of retire-whole", "read back", "Farewell.");

        runs.deployed("retire-whole", "1.1.0");
        assertThat(service("retire-whole").path("state").asText()).isEqualTo("HEALTHY");
        assertThat(lifecycle.titles("http://" + network + ".1.3:8221")).isEmpty();
    }

    @Test
    void dataThatIsKeptIsThereForTheNextDeployment() {
        services.add("retire-kept", 8222);
        runs.deployed("retire-kept", "1.1.0");
        lifecycle.note("http://" + network + ".1.3:8222", "kept");
        String id = retire("retire-kept", "keep");
        runs.decide(id, "approve-retirement", true, "");
        assertThat(runs.awaitState(id, "COMPLETED").path("outcome").asText()).isEqualTo("service-retired");
        runs.deployed("retire-kept", "1.1.0");
        assertThat(lifecycle.titles("http://" + network + ".1.3:8222")).containsExactly("kept");
    }

    @Test
    void aServiceThatOthersDependOnStaysAndTheyAreNamed() {
        services.add("retire-base", 8223);
        runs.deployed("retire-base", "1.1.0");
        services.add("retire-user", 8224);
        services.more("retire-user", "dependencies: [retire-base]");
        runs.deployed("retire-user", "1.1.0");
        String before = identity(EXPERIMENTAL, "retire-base");

        String id = retire("retire-base", "keep");
        assertThat(runs.awaitState(id, "REJECTED").path("outcome").asText()).isEqualTo("retirement-refused");
        assertThat(runs.step(id, "check-no-dependents").at("/failure/message").asText())
                .contains("retire-user (experimental, in experimental-01");
        assertThat(identity(EXPERIMENTAL, "retire-base")).isEqualTo(before);
    }

    @Test
    void aRejectedRetirementTouchesNothing() {
        services.add("retire-not", 8225);
        runs.deployed("retire-not", "1.1.0");
        String before = identity(EXPERIMENTAL, "retire-not");
        String id = retire("retire-not", "remove");
        runs.decide(id, "approve-retirement", false, "We still need it.");
        assertThat(runs.awaitState(id, "REJECTED").path("outcome").asText()).isEqualTo("retirement-rejected");
        assertThat(identity(EXPERIMENTAL, "retire-not")).isEqualTo(before);
        assertThat(on("monitoring-01", "/srv/persistent/archive/sandbox/retire-not"))
                .doesNotExist();
    }
}
