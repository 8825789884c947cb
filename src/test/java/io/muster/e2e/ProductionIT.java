package io.muster.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import io.muster.storage.InstalledPostgres;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whole servers on PostgreSQL 15, set up, backed up and restored by the commands of docs/production.md. */
@Timeout(900)
class ProductionIT {

    private static final Map<String, String> SURE = Map.of("reason", "looked at the host: nothing has changed");

    @TempDir
    Path directory;

    @BeforeAll
    static void postgresIsInstalled() {
        InstalledPostgres.requireVersion15();
    }

    @Test
    void aServerWithTheRestrictedRoleWantsMigrationsAndThenRunsDeployments() throws Exception {
        try (ProductionDatabase database = new ProductionDatabase(directory)) {
            MusterProcess early = MusterProcess.launched(database.logs(), database.server("muster"));
            assertThat(early.exitStatus()).isEqualTo(1);
            assertThat(early.log())
                    .contains("has pending migrations: V1 ", "java -jar muster.jar migrate")
                    .doesNotContain("\tat ");

            assertThat(database.migrated("muster"))
                    .contains("applied V1 ", "The role muster_server may use the tables");
            try (MusterProcess muster = MusterProcess.started(database.logs(), database.server("muster"))) {
                assertThat(muster.log()).doesNotContain("could change evidence");
                new Runs(muster.api()).deployed("notes", "1.1.0");
            }
            assertThat(database.asServer("muster").queryForObject("select current_user", String.class))
                    .isEqualTo("muster_server");
        }
    }

    @Test
    void afterARestoreEachUnfinishedRunWaitsForAPersonAlsoAcrossRestarts() throws Exception {
        try (ProductionDatabase database = new ProductionDatabase(directory)) {
            database.migrated("muster");
            String first;
            String second;
            try (MusterProcess muster = MusterProcess.started(database.logs(), database.server("muster"))) {
                Runs runs = new Runs(muster.api());
                first = runs.started("notes", "1.0.0");
                runs.awaitTask(first, "approve-deployment");
                second = runs.started("notes-team", "1.1.0");
                runs.awaitTask(second, "approve-deployment");
                database.backUp();
                // What the backup will not know.
                runs.decide(first, "approve-deployment", true, "Go.");
                runs.awaitState(first, "COMPLETED");
            }
            database.restore();
            database.migrated("muster_restored");
            MusterProcess unaware = MusterProcess.launched(database.logs(), database.server("muster_restored"));
            assertThat(unaware.exitStatus()).isEqualTo(1);
            assertThat(unaware.log())
                    .contains("lacks audit events that were anchored in", "of 1 run,", first, "start with --recovery")
                    .doesNotContain("\tat ");
            try (MusterProcess muster = recovering(database)) {
                assertThat(muster.log()).contains("Muster is in recovery mode", "2 unfinished runs");
                everythingStandsStill(muster.api(), first);
                decideFirst(muster.api(), first);
            }
            try (MusterProcess muster = MusterProcess.started(database.logs(), database.server("muster_restored"))) {
                JsonNode recovery = muster.api().get("auditor", "/api/recovery").json();
                assertThat(recovery.path("active").asBoolean()).isTrue();
                assertThat(recovery.path("undecided").asInt()).isEqualTo(1);
                Runs runs = new Runs(muster.api());
                runs.decide(first, "approve-deployment", true, "Again.");
                assertThat(runs.awaitState(first, "COMPLETED").path("outcome").asText())
                        .isEqualTo("service-deployed");

                abortInTasklist(muster, second, "notes-team");
                assertThat(runs.run(second).path("state").asText()).isEqualTo("ABORTED");
                assertThat(muster.api()
                                .get("operator", "/api/recovery")
                                .json()
                                .path("active")
                                .asBoolean())
                        .isFalse();
                runs.deployed("notes-team", "1.1.0");
            }
            assertThat(database.audited("muster_restored")).contains(": 0 problems.");
        }
    }

    /** By hand where there is a browser, as that one does otherwise. */
    private static void abortInTasklist(MusterProcess muster, String run, String service) {
        if (Chromium.program().isEmpty()) {
            Runs runs = new Runs(muster.api());
            JsonNode question = StreamSupport.stream(runs.run(run).path("tasks").spliterator(), false)
                    .filter(task -> task.path("task").asText().equals("decide-after-restore"))
                    .findFirst()
                    .orElseThrow();
            Map<String, String> answer = Map.of("decision", "abort", "reason", SURE.get("reason"));
            assertThat(runs.complete("operator2", question.path("id").asText(), answer)
                            .status())
                    .isEqualTo(204);
            return;
        }
        try (Chromium chromium = Chromium.start()) {
            Tasklist tasklist = new Tasklist(chromium.window(), "http://localhost:" + muster.port(), "operator2");
            tasklist.openTask("Decisions", "Decide after restore", service, "#restore-why");
            tasklist.claim();
            tasklist.claimed();
            tasklist.at("#restore-abort").check();
            PlaywrightAssertions.assertThat(tasklist.completeButton()).isDisabled();
            tasklist.at("#restore-reason").fill(SURE.get("reason"));
            Pictures.take(tasklist.page, "decide-after-restore");
            Axe.assertUsable(tasklist.page, ".task-card .muster-form");
            tasklist.complete();
        }
    }

    private static MusterProcess recovering(ProductionDatabase database) throws Exception {
        return MusterProcess.started(database.logs(), database.server("muster_restored"), "serve", "--recovery");
    }

    private static void everythingStandsStill(Api api, String waiting) {
        JsonNode recovery = api.get("operator", "/api/recovery").json();
        assertThat(recovery.path("active").asBoolean()).isTrue();
        assertThat(recovery.path("undecided").asInt()).isEqualTo(2);
        assertThat(recovery.path("runs"))
                .extracting(run -> run.path("service").asText())
                .containsExactlyInAnyOrder("notes", "notes-team");
        assertThat(recovery.at("/runs/0/activities/0").asText()).isEqualTo("approve-deployment");

        Runs runs = new Runs(api);
        Api.Answer start =
                runs.start(Map.of("environment", "sandbox", "service", "notes", "version", "1.1.0", "reason", "x"));
        assertThat(start.status()).as(start.body()).isEqualTo(403);
        assertThat(start.message()).contains("recovery mode", "GET /api/recovery");
        String task = runs.awaitTask(waiting, "approve-deployment");
        assertThat(runs.complete("approver", task, Map.of("approved", true, "comment", ""))
                        .status())
                .isGreaterThanOrEqualTo(400);
        assertThat(api.get("admin", "/actuator/health")
                        .json()
                        .at("/components/recovery/details/undecided")
                        .asInt())
                .isEqualTo(2);
    }

    private static void decideFirst(Api api, String run) {
        assertThat(decide(api, "approver", run, "resume").status()).isEqualTo(403);
        assertThat(api.post("operator", "/api/recovery/runs/" + run + "/resume", Map.of("reason", " "))
                        .message())
                .contains("`reason` is missing");
        assertThat(decide(api, "operator", "no-such-run", "resume").status()).isEqualTo(404);

        Api.Answer resumed = decide(api, "operator", run, "resume");
        assertThat(resumed.status()).as(resumed.body()).isEqualTo(200);
        assertThat(resumed.json().path("by").asText()).isEqualTo("operator");
        assertThat(decide(api, "operator", run, "abort").status()).isEqualTo(409);
        assertThat(decide(api, "operator", run, "abort").message()).contains("was resumed by operator");
    }

    private static Api.Answer decide(Api api, String user, String run, String decision) {
        return api.post(user, "/api/recovery/runs/" + run + "/" + decision, SURE);
    }
}
