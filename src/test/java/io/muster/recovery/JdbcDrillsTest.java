package io.muster.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.recovery.Drill.Kind;
import io.muster.recovery.Drill.State;
import io.muster.storage.TestDatabase;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

class JdbcDrillsTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    private final DataSource source = TestDatabase.create().dataSource();
    private final Drills drills = new JdbcDrills(source);
    private final Measures measures = new JdbcMeasures(source);

    private void start(String run, String service, Instant at) {
        drills.start(run, Kind.QUALIFICATION, "prod", service, Optional.of("1.0.0"), at);
    }

    private static Measure measure(String name, long value) {
        return new Measure(
                name,
                Measure.Unit.SECONDS,
                BigDecimal.valueOf(value),
                Optional.of(BigDecimal.valueOf(900)),
                Optional.of(Measure.Grade.TARGET),
                NOW);
    }

    private static Criterion criterion(int phase, String name, Criterion.Result result) {
        return new Criterion(phase, name, "It is so", result, Criterion.Judge.MACHINE, "seen", NOW);
    }

    @Test
    void aDrillBeginsOnceAndEndsOnce() {
        start("run-1", "notes", NOW);
        start("run-1", "notes", NOW.plusSeconds(60));
        assertThat(drills.find("run-1").orElseThrow().startedAt()).isEqualTo(NOW);
        assertThat(drills.find("run-1").orElseThrow().state()).isEqualTo(State.RUNNING);

        drills.end("run-1", true, "It was proven.", NOW.plusSeconds(100));
        Drill again = drills.end("run-1", false, "It was not.", NOW.plusSeconds(200));
        assertThat(again.state()).isEqualTo(State.PASSED);
        assertThat(again.endedAt()).contains(NOW.plusSeconds(100));
        assertThat(again.result()).contains("It was proven.");
        assertThatThrownBy(() -> drills.end("run-2", true, "None.", NOW)).hasMessageContaining("run-2 is no drill");
    }

    @Test
    void whatEndedIsEvidence() {
        start("run-1", "notes", NOW);
        drills.end("run-1", false, "It was not.", NOW);
        measures.record("run-1", UUID.randomUUID(), List.of(measure(Measures.RTO, 10)));
        JdbcTemplate jdbc = new JdbcTemplate(source);
        for (String change : List.of(
                "update drill set passed = true",
                "delete from drill",
                "update measure set value = 1",
                "delete from criterion")) {
            assertThatThrownBy(() -> jdbc.update(change)).as(change).isInstanceOf(RuntimeException.class);
        }
    }

    @Test
    void aDrillWhoseRunIsOverIsAbandoned() {
        start("run-1", "notes", NOW);
        new JdbcTemplate(source)
                .update(
                        """
                        insert into run (id, root_id, runbook, version, definition_id, diagram_hash, started_at, ended_at, end_state)
                        values ('run-1', 'run-1', 'q', 1, 'd', 'h', now(), ?::timestamptz, 'ABORTED')""",
                        NOW.plusSeconds(9).toString());
        Drill found = drills.find("run-1").orElseThrow();
        assertThat(found.state()).isEqualTo(State.ABANDONED);
        assertThat(found.endedAt()).contains(NOW.plusSeconds(9));
    }

    @Test
    void listsAreFilteredAndPagedTheNewestFirst() {
        for (int i = 1; i <= 5; i++) {
            start("run-" + i, i % 2 == 0 ? "wiki" : "notes", NOW.plusSeconds(i));
        }
        drills.end("run-3", false, "No.", NOW.plusSeconds(30));
        var all = new Drills.Filter(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
        assertThat(drills.list(all, 2, 1)).extracting(Drill::runId).containsExactly("run-4", "run-3");
        var failed = new Drills.Filter(
                Optional.of("prod"), Optional.of("notes"), Optional.of(Kind.QUALIFICATION), Optional.of(State.FAILED));
        assertThat(drills.list(failed, 10, 0)).extracting(Drill::runId).containsExactly("run-3");
        var other = new Drills.Filter(Optional.of("test"), Optional.empty(), Optional.empty(), Optional.empty());
        assertThat(drills.list(other, 10, 0)).isEmpty();
    }

    @Test
    void proofsAreThoseThatPassedTheNewestOfEachService() {
        for (int i = 1; i <= 4; i++) {
            start("run-" + i, "notes", NOW.plusSeconds(i));
            drills.end("run-" + i, i != 2, "Ended.", NOW.plus(Duration.ofHours(i)));
        }
        start("run-5", "wiki", NOW);
        drills.end("run-5", true, "Ended.", NOW);
        assertThat(drills.proven("prod", 2, NOW.plus(Duration.ofHours(4))))
                .extracting(Drill::runId)
                .containsExactly("run-3", "run-4", "run-5");
        assertThat(drills.proven("test", 2, NOW.plus(Duration.ofHours(4)))).isEmpty();
    }

    @Test
    void aProofOfATimeToComeIsNone() {
        start("run-1", "notes", NOW);
        drills.end("run-1", true, "Passed.", NOW);
        start("run-2", "notes", NOW.plusSeconds(1));
        drills.end("run-2", false, "Failed.", NOW.plusSeconds(1));
        start("run-3", "notes", NOW.plus(Duration.ofDays(300)));
        drills.end("run-3", true, "Passed.", NOW.plus(Duration.ofDays(300)));
        Instant now = NOW.plus(Duration.ofDays(1));
        assertThat(drills.proven("prod", 2, now)).extracting(Drill::runId).containsExactly("run-1");
        assertThat(drills.lastProven("prod", "notes", now)).contains(NOW);
        assertThat(drills.newestEnded("prod", now)).extracting(Drill::runId).containsExactly("run-2");

        Instant then = NOW.plus(Duration.ofDays(300)).minus(Backups.SKEW);
        assertThat(drills.lastProven("prod", "notes", then)).contains(NOW.plus(Duration.ofDays(300)));
        assertThat(drills.newestEnded("prod", then)).extracting(Drill::runId).containsExactly("run-3");
    }

    @Test
    void aStepsMeasuresAreKeptOnceAndMeasuredAnewTheNewestCounts() {
        start("run-1", "notes", NOW);
        UUID step = UUID.randomUUID();
        measures.record("run-1", step, List.of(measure(Measures.RTO, 10), measure(Measures.RPO, 20)));
        measures.record("run-1", step, List.of(measure(Measures.RTO, 11)));
        assertThat(measures.of(List.of("run-1", "run-2"))).containsOnlyKeys("run-1");
        assertThat(measures.of(List.of("run-1")).get("run-1"))
                .extracting(measure -> measure.name() + "=" + measure.value())
                .containsExactly("rpo=20", "rto=10");

        measures.record("run-1", UUID.randomUUID(), List.of(measure(Measures.RTO, 12)));
        assertThat(measures.of(List.of("run-1")).get("run-1"))
                .extracting(measure -> measure.name() + "=" + measure.value())
                .containsExactly("rpo=20", "rto=12");
        assertThat(measures.of(List.of())).isEmpty();
    }

    @Test
    void aCriterionThatWasJudgedAgainIsAsItWasJudgedLast() {
        start("run-1", "notes", NOW);
        measures.judge("run-1", UUID.randomUUID(), List.of(criterion(2, "b", Criterion.Result.FAILED)));
        measures.judge(
                "run-1",
                UUID.randomUUID(),
                List.of(criterion(1, "z", Criterion.Result.PASSED), criterion(2, "a", Criterion.Result.PASSED)));
        measures.judge("run-1", UUID.randomUUID(), List.of(criterion(2, "b", Criterion.Result.PASSED)));
        assertThat(measures.criteria("run-1"))
                .extracting(criterion -> criterion.phase() + criterion.name() + criterion.result())
                .containsExactly("1zPASSED", "2bPASSED", "2aPASSED");
    }

    @Test
    void howManyThereAreIsCountedAsTheyAreListed() {
        start("count-1", "counted", NOW);
        start("count-2", "counted", NOW);
        drills.end("count-2", true, "It was proven.", NOW.plusSeconds(100));
        Drills.Filter all =
                new Drills.Filter(Optional.of("prod"), Optional.of("counted"), Optional.empty(), Optional.empty());
        assertThat(drills.count(all)).isEqualTo(2);
        Drills.Filter passed = new Drills.Filter(
                Optional.of("prod"), Optional.of("counted"), Optional.empty(), Optional.of(State.PASSED));
        assertThat(drills.count(passed)).isEqualTo(1);
        assertThat(drills.list(passed, 10, 0)).hasSize(1);
    }
}
