package io.muster.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.bench.Figures;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;

/** What the pages ask for, and the pages in Chromium, with few runs and services, and with 10,000 and 500. */
class PagesBenchmark extends JourneyTest {

    private static final int TURNS = Integer.getInteger("bench.rounds", 15);
    private static final List<String> PATHS = List.of(
            "/api/services",
            "/api/services?trend=false",
            "/api/drills?limit=25&offset=0",
            "/api/drills?limit=25&offset=2000",
            "/api/runs?outermost=true&limit=25&offset=0",
            "/api/runs?outermost=true&limit=25&offset=9900",
            "/api/runs?outermost=true&limit=25&text=reason%209999",
            "/api/services?trend=false&sort=wrong&limit=20",
            "/api/runbooks",
            "/api/environments");

    private static final String SERVICE = "'many-' || i % 500";
    private static final String RUNS =
            "(select i, now() - i * interval '20 minutes' as t from generate_series(1, 10000) i) g";

    @Autowired
    private JdbcTemplate database;

    @Test
    void pages() throws IOException {
        List<List<Double>> few = asked();
        services.addMany("many-", 500);
        history();
        List<List<Double>> many = asked();
        Figures figures = new Figures("pages", "ms", "5 services, no run", "505 services, 10,000 runs");
        for (int i = 0; i < PATHS.size(); i++) {
            figures.row("`" + PATHS.get(i) + "`", Figures.of(few.get(i), 0), Figures.of(many.get(i), 0));
        }
        try (Chromium chromium = Chromium.start()) {
            Cockpit cockpit = new Cockpit(chromium.window(), "http://localhost:" + port, "operator");
            for (String[] page : new String[][] {
                {"/dashboard", "#muster-board table"},
                {"/muster-runs", "#muster-runs table"},
                {"/muster-drills", ".muster-chart"}
            }) {
                List<Double> shown = new ArrayList<>();
                for (int turn = 0; turn < 5; turn++) {
                    cockpit.page.navigate("about:blank");
                    long started = System.nanoTime();
                    cockpit.page.navigate(cockpit.base + "/camunda/app/cockpit/default/#" + page[0]);
                    assertThat(cockpit.at(page[1]).first()).isVisible();
                    shown.add((System.nanoTime() - started) / 1e6);
                }
                figures.row("`" + page[0] + "` in Chromium, loaded anew", "", Figures.of(shown, 0));
            }
        }
        figures.print();
    }

    private List<List<Double>> asked() {
        List<List<Double>> all = new ArrayList<>();
        for (String path : PATHS) {
            List<Double> took = new ArrayList<>();
            for (int turn = -3; turn < TURNS; turn++) {
                long started = System.nanoTime();
                Api.Answer answer = api.get("operator", path);
                assertThat(answer.status()).as(answer.body()).isEqualTo(200);
                if (turn >= 0) {
                    took.add((System.nanoTime() - started) / 1e6);
                }
            }
            all.add(took);
        }
        return all;
    }

    /** Twenty runs of each service, with ten steps each, and of each fourth run a drill or a backup. */
    private void history() {
        database.update(
                "insert into run (id, root_id, runbook, version, definition_id, diagram_hash, started_by, started_at,"
                        + " environment, service, reason, ended_at, end_state, outcome) select 'b-' || i, 'b-' || i,"
                        + " (array['service-update', 'service-deployment', 'restore-test', 'service-backup'])[1 + i % 4], 1, 'gone', 'h',"
                        + " 'somebody', t, 'sandbox', " + SERVICE
                        + ", 'reason ' || i, t + interval '5 minutes', 'COMPLETED', 'done' from "
                        + RUNS);
        database.update(
                "insert into step_run (id, run_id, root_run_id, job_id, attempt, activity_id, title, step, target, state,"
                        + " owner, started_at, ended_at, input, output, acknowledged_at) select gen_random_uuid(), 'b-' || i, 'b-' || i,"
                        + " 'b-' || i || '-' || s, 1, 'a' || s, 'Step', (array['dockerRun', 'checkContainer', 'httpCheck', 'dockerPull',"
                        + " 'tcpCheck', 'dockerInspect', 'dnsCheck', 'metricsTargetRegister', 'tlsCheck', 'document'])[s],"
                        + " 'experimental-01/' || " + SERVICE + ", 'SUCCEEDED', 'x', t, t + s * interval '1 second',"
                        + " '{\"version\": \"1.0.0\", \"image\": \"notes@sha256:abc\"}', '{}', t from " + RUNS
                        + ", generate_series(1, 10) s");
        database.update(
                "insert into drill (run_id, kind, environment, service, version, started_at, ended_at, passed, result)"
                        + " select 'b-' || i, 'RESTORE_TEST', 'sandbox', " + SERVICE
                        + ", '1.0.0', t, t + interval '5 minutes', true, 'restored' from " + RUNS + " where i % 4 = 2");
        database.update(
                "insert into measure (run_id, step_run_id, name, unit, value, target, grade, at) select 'b-' || i,"
                        + " gen_random_uuid(), n, 'SECONDS', 300 + i % 600, 900, 'TARGET', now() from " + RUNS
                        + ", unnest(array['rto', 'rpo']) n where i % 4 = 2");
        database.update(
                "insert into backup (environment, service, id, host, path, bytes, taken_at, took_ms, run_id, verified_at,"
                        + " verified_run) select 'sandbox', " + SERVICE
                        + ", 'bk-' || i, 'monitoring-01', '/srv/x', 1000000, t, 1000, 'b-' || i,"
                        + " t, 'b-' || i from " + RUNS + " where i % 4 = 3");
        database.execute("analyze run, step_run, drill, measure, backup");
    }
}
