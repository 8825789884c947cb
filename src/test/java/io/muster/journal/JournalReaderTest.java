package io.muster.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.journal.JournalReader.RunRow;
import io.muster.journal.RunSearch.State;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JournalReaderTest {

    private final JournalFixture journal = new JournalFixture();

    @BeforeEach
    void manyRuns() {
        journal.primary.execute(
                """
                insert into run (id, root_id, runbook, version, definition_id, diagram_hash, started_at, environment, service)
                select 'run-' || i, 'run-' || i, 'runbook-' || i % 20, 1, 'd', 'h',
                       timestamptz '2026-01-01' + i * interval '1 minute', 'env-' || i % 3, 'service-' || i % 500
                from generate_series(1, 20000) i
                """);
        journal.primary.execute("analyze run");
    }

    @AfterEach
    void close() {
        journal.close();
        journal.database.close();
    }

    @Test
    void runsComeNewestFirstInPages() {
        assertThat(ids(journal.reader.runs(RunSearch.ALL, 3, 0)))
                .containsExactly("run-20000", "run-19999", "run-19998");
        assertThat(ids(journal.reader.runs(RunSearch.ALL, 2, 3))).containsExactly("run-19997", "run-19996");
        assertThat(journal.reader.runs(RunSearch.ALL, 10, 20_000).runs()).isEmpty();
        assertThat(journal.reader.runs(RunSearch.ALL, 1, 0).total()).isEqualTo(20_000);
    }

    @Test
    void filtersAreCombined() {
        RunSearch search = search(Optional.of("runbook-7"), "env-1", "service-7", Set.of(), "", true);
        RunSearch.Page page = journal.reader.runs(search, 10, 0);
        assertThat(page.total()).isEqualTo(14);
        assertThat(page.runs())
                .hasSize(10)
                .allMatch(found -> found.row().run().service().equals(Optional.of("service-7")));
        assertThat(journal.reader
                        .runs(search(Optional.of("none"), null, null, Set.of(), "", false), 5, 0)
                        .total())
                .isZero();
    }

    @Test
    void aTextIsFoundAnywhereAndMeansNothingButItself() {
        journal.primary.execute(
                """
                insert into run (id, root_id, runbook, version, definition_id, diagram_hash, started_at, reason, service)
                values ('odd', 'odd', 'r', 1, 'd', 'h', timestamptz '2025-01-01', '100% of OPS-7_a', 'o''brien')""");
        for (String text : List.of("100% of", "ops-7_A", "o'brien", "ODD")) {
            assertThat(ids(journal.reader.runs(text(text), 5, 0))).as(text).containsExactly("odd");
        }
        assertThat(journal.reader.runs(text("100_"), 5, 0).total()).isZero();
    }

    @Test
    void timesBoundTheStart() {
        RunSearch hour = new RunSearch(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Set.of(),
                Optional.empty(),
                Optional.of(Instant.parse("2026-01-01T01:00:00Z")),
                Optional.of(Instant.parse("2026-01-01T02:00:00Z")),
                false);
        assertThat(journal.reader.runs(hour, 5, 0).total()).isEqualTo(60);
    }

    /** The caller of a runbook that waits, waits; an incident outweighs a task; what has ended is as it ended. */
    @Test
    void theStateComesFromWhatIsOpenInTheRunAndInWhatItCalled() throws java.sql.SQLException {
        journal.forge(
                """
                insert into run (id, root_id, parent_id, runbook, version, definition_id, diagram_hash, started_at) values
                ('p', 'p', null, 'state', 1, 'd', 'h', now()), ('c', 'p', 'p', 'state', 1, 'd', 'h', now()),
                ('f', 'f', null, 'state', 1, 'd', 'h', now()), ('r', 'r', null, 'state', 1, 'd', 'h', now());
                insert into run (id, root_id, runbook, version, definition_id, diagram_hash, started_at, ended_at, end_state)
                values ('e', 'e', 'state', 1, 'd', 'h', now(), now(), 'REJECTED');
                insert into act_ru_task (id_, proc_inst_id_) values ('t1', 'c'), ('t2', 'f');
                insert into act_ru_incident (id_, rev_, incident_timestamp_, incident_type_, proc_inst_id_)
                values ('i1', 1, now(), 'failedJob', 'f')""");
        Optional<String> runbook = Optional.of("state");
        assertThat(ids(journal.reader.runs(search(runbook, null, null, Set.of(State.WAITING), "", false), 9, 0)))
                .containsExactlyInAnyOrder("p", "c");
        assertThat(ids(journal.reader.runs(search(runbook, null, null, Set.of(State.WAITING), "", true), 9, 0)))
                .containsExactly("p");
        assertThat(ids(journal.reader.runs(search(runbook, null, null, Set.of(State.FAILED), "", false), 9, 0)))
                .containsExactly("f");
        assertThat(ids(journal.reader.runs(search(runbook, null, null, Set.of(State.RUNNING), "", false), 9, 0)))
                .containsExactly("r");
        assertThat(ids(journal.reader.runs(
                        search(runbook, null, null, Set.of(State.RUNNING, State.REJECTED), "", false), 9, 0)))
                .containsExactlyInAnyOrder("r", "e");
        assertThat(journal.reader.states(List.of("p", "f", "e", "none")))
                .isEqualTo(Map.of("p", State.WAITING, "f", State.FAILED, "e", State.REJECTED));
    }

    /** Those that somebody took, and those of runs that are over, wait for nobody. */
    @Test
    void openDecisionsAreCountedWhereTheirOutermostRunIs() throws java.sql.SQLException {
        journal.forge(
                """
                insert into run (id, root_id, parent_id, runbook, version, definition_id, diagram_hash, started_at, environment, service) values
                ('dp', 'dp', null, 'r', 1, 'd', 'h', now(), 'prod', 'asked'), ('dc', 'dp', 'dp', 'r', 1, 'd', 'h', now(), null, null);
                insert into run (id, root_id, runbook, version, definition_id, diagram_hash, started_at, ended_at, end_state, environment, service)
                values ('de', 'de', 'r', 1, 'd', 'h', now(), now(), 'ABORTED', 'prod', 'over');
                insert into decision (task_id, run_id, root_run_id, job_id, activity_id, title, target, reason, message, owners, skippable,
                                      asked_at, choice, by, at) values
                ('d1', 'dp', 'dp', 'j', 'a', 't', '', 'r', 'm', 'o', false, now(), null, null, null),
                ('d2', 'dc', 'dp', 'j', 'a', 't', '', 'r', 'm', 'o', false, now(), null, null, null),
                ('d3', 'dc', 'dp', 'j', 'a', 't', '', 'r', 'm', 'o', false, now(), 'RETRY', 'me', now()),
                ('d4', 'de', 'de', 'j', 'a', 't', '', 'r', 'm', 'o', false, now(), null, null, null)""");
        assertThat(journal.reader.openDecisions()).containsExactly(new JournalReader.Open("prod", "asked", 2));
    }

    @Test
    void theQueriesOfThePagesDoNotReadTheWholeTable() {
        for (RunSearch search : List.of(
                RunSearch.ALL,
                search(Optional.empty(), null, null, Set.of(), "", true),
                search(Optional.of("runbook-7"), null, null, Set.of(), "", false),
                search(Optional.empty(), "env-1", null, Set.of(), "", false),
                search(Optional.empty(), null, "service-7", Set.of(), "", false),
                search(Optional.empty(), null, null, Set.of(State.ABORTED), "", false))) {
            RunSearchSql sql = new RunSearchSql(search);
            List<String> plan =
                    journal.primary.queryForList("explain " + sql.page(), String.class, sql.arguments(50, 0));
            assertThat(plan).as(search.toString()).noneMatch(line -> line.contains("Seq Scan on run"));
        }
    }

    private static RunSearch text(String text) {
        return search(Optional.empty(), null, null, Set.of(), text, false);
    }

    private static RunSearch search(
            Optional<String> runbook,
            String environment,
            String service,
            Set<State> states,
            String text,
            boolean outermost) {
        return new RunSearch(
                runbook,
                Optional.ofNullable(environment),
                Optional.ofNullable(service),
                states,
                Optional.of(text),
                Optional.empty(),
                Optional.empty(),
                outermost);
    }

    @Test
    void aRunIsReadAsItWasWritten() {
        String run = journal.startRun();
        RunRow row = journal.reader.run(run).orElseThrow();
        assertThat(row.run().reason()).contains("New version");
        assertThat(row.run().startedBy()).contains("operator");
        assertThat(row.endedAt()).isEmpty();
        assertThat(row.endState()).isEmpty();
        assertThat(journal.reader.run("unknown")).isEmpty();
    }

    private static List<String> ids(RunSearch.Page page) {
        return page.runs().stream().map(found -> found.row().run().id()).toList();
    }
}
