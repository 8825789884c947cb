package io.muster.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.muster.bench.Figures;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.TimeZone;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * How much of a qualification in the sandbox is neither a step at work nor a task that waits for a person: the engine's own share,
 * with everything between two steps. People answer as soon as they are asked.
 */
class QualificationBenchmark extends JourneyTest {

    private static final int ROUNDS = Integer.getInteger("bench.rounds", 2);

    private static final Map<String, Map<String, Object>> ANSWERS = Map.of(
            "review-implementation",
            Map.of(
                    "reviewNoManualSteps", true,
                    "reviewReadme", true,
                    "reviewSecrets", true,
                    "reviewDependencies", true,
                    "reviewPorts", true,
                    "reviewComment", "Read."),
            "decide-next-steps",
            Map.of("removeTestData", true, "nextStepsComment", "None."));

    private static final String SHARES =
            """
            with tree as (select id_, start_time_ at time zone :zone as began, end_time_ at time zone :zone as ended
                          from act_hi_procinst where root_proc_inst_id_ = :run),
            total as (select began, ended from tree where id_ = :run),
            steps as (select range_agg(tstzrange(greatest(s.started_at, t.began), least(s.ended_at, t.ended))) r
                      from step_run s, total t where s.root_run_id = :run and s.ended_at > t.began),
            people as (select range_agg(tstzrange(start_time_ at time zone :zone, end_time_ at time zone :zone)) r
                       from act_hi_taskinst where root_proc_inst_id_ = :run)
            select extract(epoch from (select ended - began from total)) as total,
                   (select sum(extract(epoch from upper(u) - lower(u))) from steps, unnest(steps.r) u) as steps,
                   (select sum(extract(epoch from upper(u) - lower(u))) from people, unnest(people.r - steps.r) u) as people,
                   (select count(*) from step_run where root_run_id = :run) as count
            from steps
            """;

    @Autowired
    private JdbcTemplate database;

    @Test
    void theEnginesShareOfAQualification() throws IOException {
        Figures figures = new Figures("qualification", "round", "total, s", "steps, s", "people, s", "engine", "steps");
        for (int round = 1; round <= ROUNDS; round++) {
            String run = new Lifecycle(api).started("service-qualification", "notes", Map.of("version", "1.1.0"));
            answered(run);
            String zone = TimeZone.getDefault().getID();
            Map<String, Object> shares = database.queryForMap(
                    SHARES.replace(":zone", "'" + zone + "'").replace(":run", "'" + run + "'"));
            double total = number(shares, "total");
            double steps = number(shares, "steps");
            double people = number(shares, "people");
            figures.row(
                    Integer.toString(round),
                    "%.2f".formatted(total),
                    "%.2f".formatted(steps),
                    "%.2f".formatted(people),
                    "%.1f %%".formatted(100 * (total - steps - people) / (total - people)),
                    shares.get("count").toString());
        }
        figures.print();
    }

    private static double number(Map<String, Object> row, String column) {
        return ((Number) row.get(column)).doubleValue();
    }

    private void answered(String run) {
        await().atMost(Duration.ofMinutes(15))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> {
                    JsonNode now = runs.run(run);
                    assertThat(now.path("state").asText())
                            .as(now.toPrettyString())
                            .isNotEqualTo("FAILED");
                    for (JsonNode task : now.path("tasks")) {
                        String name = task.path("task").asText();
                        boolean approval = name.startsWith("approve-");
                        Api.Answer answer = runs.complete(
                                approval ? "approver" : "operator",
                                task.path("id").asText(),
                                approval ? Map.of("approved", true, "comment", "Go.") : ANSWERS.get(name));
                        assertThat(answer.status())
                                .as(name + ": " + answer.body())
                                .isEqualTo(204);
                    }
                    return now.path("endedAt").isTextual();
                });
        assertThat(runs.run(run).path("outcome").asText()).isEqualTo("service-production-ready");
    }
}
