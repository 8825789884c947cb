package io.muster.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.journal.JournalReader.RunFilter;
import io.muster.journal.JournalReader.RunRow;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JournalReaderTest {

    private static final RunFilter ALL = new RunFilter(Optional.empty(), Optional.empty(), Optional.empty());

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
        assertThat(ids(journal.reader.runs(ALL, 3, 0))).containsExactly("run-20000", "run-19999", "run-19998");
        assertThat(ids(journal.reader.runs(ALL, 2, 3))).containsExactly("run-19997", "run-19996");
        assertThat(journal.reader.runs(ALL, 10, 20_000)).isEmpty();
    }

    @Test
    void filtersAreCombined() {
        RunFilter filter = new RunFilter(Optional.of("runbook-7"), Optional.of("env-1"), Optional.of("service-7"));
        List<RunRow> runs = journal.reader.runs(filter, 100, 0);
        assertThat(runs).hasSize(14).allMatch(row -> row.run().service().equals(Optional.of("service-7")));
        assertThat(journal.reader.runs(new RunFilter(Optional.of("none"), Optional.empty(), Optional.empty()), 5, 0))
                .isEmpty();
    }

    @Test
    void theQueriesOfThePagesDoNotReadTheWholeTable() {
        for (String where : List.of(
                "", "where runbook = 'runbook-7'", "where environment = 'env-1'", "where service = 'service-7'")) {
            List<String> plan = journal.primary.queryForList(
                    "explain select * from run " + where + " order by started_at desc, id limit 50", String.class);
            assertThat(plan).as(where).noneMatch(line -> line.contains("Seq Scan"));
        }
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

    private static List<String> ids(List<RunRow> runs) {
        return runs.stream().map(row -> row.run().id()).toList();
    }
}
