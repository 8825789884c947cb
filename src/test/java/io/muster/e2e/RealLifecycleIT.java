package io.muster.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.muster.sandbox.proxmox.RunningProxmox;
import io.muster.steps.docker.RealRegistry;
import io.muster.storage.InstalledPostgres;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The life of a service by the diagrams as they are shipped, on real parts; Docker's own client and the files are looked at. */
@Timeout(900)
class RealLifecycleIT {

    @TempDir
    static Path directory;

    private static RealSite site;
    private static RealServer server;
    private static Api api;
    private static Runs runs;
    private static Lifecycle lifecycle;

    @BeforeAll
    static void begin() throws Exception {
        InstalledPostgres.requireVersion15();
        RealSite.require();
        site = new RealSite(directory);
        site.start();
        String repository = RealNotes.publish(site, RealSite.EXPERIMENTAL);
        server = new RealServer(directory.resolve("server"), site, repository);
        api = server.api();
        runs = new Runs(api, RealServer.ENVIRONMENT);
        lifecycle = new Lifecycle(api, RealServer.ENVIRONMENT);
    }

    @AfterAll
    static void end() throws Exception {
        if (server != null) {
            server.close();
        }
        if (site != null) {
            site.close();
        }
    }

    private static String experimental(int port) {
        return "http://" + site.address(RealSite.EXPERIMENTAL) + ":" + port;
    }

    private static String core() {
        return "http://" + site.address(RealSite.CORE) + ":9090";
    }

    private static List<String> names(int vmid) {
        return site.docker(vmid, "ps", "--all", "--format", "{{.Names}}")
                .lines()
                .toList();
    }

    private static String outcome(String run) {
        return runs.awaitState(run, "COMPLETED").path("outcome").asText();
    }

    @Test
    void aServiceIsDeployedUpdatedPromotedAndRetired() {
        isDeployedAndThenLeftAlone();
        isUpdatedWithItsData();
        isPromotedWithItsData();
        isRetiredToItsArchive();
        noSecretWasSaid();
    }

    private void isDeployedAndThenLeftAlone() {
        String run = runs.deployed("notes", "1.0.0");
        String digest = runs.step(run, "resolve-image").at("/output/digest").asText();
        assertThat(digest).startsWith("sha256:");
        assertThat(site.docker(RealSite.EXPERIMENTAL, "inspect", "--format", "{{.Config.Image}}", "notes"))
                .endsWith("/notes@" + digest);
        assertThat(site.docker(
                        RealSite.EXPERIMENTAL,
                        "inspect",
                        "--format",
                        "{{.HostConfig.Memory}} {{.State.Health.Status}}",
                        "notes"))
                .isEqualTo((256L << 20) + " healthy");
        lifecycle.note(experimental(8080), "from the lab");

        String before =
                site.docker(RealSite.EXPERIMENTAL, "inspect", "--format", "{{.Id}} {{.State.StartedAt}}", "notes");
        assertThat(outcome(runs.started("notes", "1.0.0"))).isEqualTo("nothing-to-change");
        assertThat(site.docker(RealSite.EXPERIMENTAL, "inspect", "--format", "{{.Id}} {{.State.StartedAt}}", "notes"))
                .isEqualTo(before);
    }

    private void isUpdatedWithItsData() {
        String update = lifecycle.started("service-update", "notes", Map.of("version", "1.1.0"));
        runs.decide(update, "approve-update", true, "Go.");
        assertThat(outcome(update)).isEqualTo("service-updated");
        assertThat(lifecycle.version(experimental(8080))).isEqualTo("1.1.0");
        assertThat(lifecycle.titles(experimental(8080))).containsExactly("from the lab");
        assertThat(names(RealSite.EXPERIMENTAL)).contains("notes").noneMatch(name -> name.startsWith("notes--"));
    }

    private void isPromotedWithItsData() {
        String promotion = lifecycle.started("service-promotion", "notes", Map.of());
        runs.decide(promotion, "approve-promotion", true, "Well done.");
        assertThat(outcome(promotion)).isEqualTo("service-promoted");
        assertThat(lifecycle.titles(core())).containsExactly("from the lab");
        assertThat(names(RealSite.CORE)).containsExactly("notes");
        assertThat(names(RealSite.EXPERIMENTAL)).doesNotContain("notes");
        assertThat(site.file(RealSite.EXPERIMENTAL, "/srv/persistent/notes")).doesNotExist();
        assertThat(site.docker(RealSite.CORE, "inspect", "--format", "{{.HostConfig.Memory}}", "notes"))
                .isEqualTo(Long.toString(512L << 20));
    }

    private void isRetiredToItsArchive() {
        String retirement = lifecycle.started("service-retirement", "notes", Map.of("data", "remove"));
        runs.decide(retirement, "approve-retirement", true, "Farewell.");
        assertThat(outcome(retirement)).isEqualTo("service-retired");
        assertThat(names(RealSite.CORE)).isEmpty();
        assertThat(site.file(RealSite.CORE, "/srv/persistent/notes")).doesNotExist();
        assertThat(site.file(RealSite.MONITORING, "/etc/prometheus/targets")
                        .toFile()
                        .list())
                .noneMatch(name -> name.endsWith("notes.json"));
        Path archive = site.file(RealSite.MONITORING, "/srv/persistent/archive/site/notes/" + retirement);
        assertThat(archive.resolve("MANIFEST.yml")).content().contains("service: notes", "version: 1.1.0");
        assertThat(archive.resolve("volume-1.tar")).isNotEmptyFile();
    }

    @Test
    void anUnhealthyVersionStopsTheRunAndTheVersionBeforeComesBackWithItsData() {
        runs.deployed("notes-bad", "1.1.0");
        lifecycle.note(experimental(8081), "precious");
        String update = lifecycle.started("service-update", "notes-bad", Map.of("version", RealNotes.UNHEALTHY));
        runs.decide(update, "approve-update", true, "");
        JsonNode failed = runs.awaitState(update, "FAILED");
        assertThat(failed.at("/problems/0/message").asText())
                .contains("notes-bad is unhealthy", "breaks down on purpose", "with version 1.1.0");
        assertThat(names(RealSite.EXPERIMENTAL)).contains("notes-bad", "notes-bad--previous");

        lifecycle.cancel(update);
        runs.awaitState(update, "ABORTED");
        runs.deployed("notes-bad", "1.1.0");
        assertThat(lifecycle.titles(experimental(8081))).containsExactly("precious");
        noSecretWasSaid();
    }

    @Test
    void allTargetsAreFoundReady() {
        Api.Answer started = lifecycle.start("target-check", Map.of("environment", RealServer.ENVIRONMENT));
        assertThat(started.status()).as(started.body()).isEqualTo(200);
        JsonNode run = runs.awaitState(started.json().path("id").asText(), "COMPLETED");

        assertThat(run.path("outcome").asText()).as(run.toPrettyString()).isEqualTo("targets-ready");
    }

    private static void noSecretWasSaid() {
        assertThat(server.log())
                .doesNotContain(RealRegistry.PASSWORD)
                .doesNotContain(RunningProxmox.SECRET)
                .doesNotContain("PRIVATE KEY");
    }
}
