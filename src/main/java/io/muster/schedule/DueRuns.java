package io.muster.schedule;

import io.muster.engine.RunStarts;
import io.muster.journal.JournalReader;
import io.muster.journal.JournalReader.RunRow;
import io.muster.journal.RunSearch;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts a run that is due, unless another one is at it, or came to nothing a moment ago. */
final class DueRuns {

    static final Kind BACKUP = new Kind("service-backup", "backup", Map.of(), Duration.ofHours(1));
    /** A test that failed will hardly pass an hour later, and it moves all the data. */
    static final Kind RESTORE_TEST =
            new Kind("restore-test", "restore-test", Map.of("backup", "latest"), Duration.ofDays(1));

    private static final Logger LOG = LoggerFactory.getLogger(DueRuns.class);
    private static final Set<RunSearch.State> ACTIVE =
            Set.of(RunSearch.State.RUNNING, RunSearch.State.WAITING, RunSearch.State.FAILED);

    private final JournalReader journal;
    private final RunStarts starts;
    private final Clock clock;

    DueRuns(JournalReader journal, RunStarts starts, Clock clock) {
        this.journal = journal;
        this.starts = starts;
        this.clock = clock;
    }

    /**
     * @param key begins the keys of its starts
     * @param variables beside environment, service and reason
     * @param longestPause after one that came to nothing
     */
    record Kind(String runbook, String key, Map<String, String> variables, Duration longestPause) {}

    record Of(String environment, String service) {
        @Override
        public String toString() {
            return environment + "/" + service;
        }
    }

    record Due(Duration every, String reason) {}

    /** @param due asked again after the runs were looked at: one that ends in between has recorded what it did */
    Optional<String> start(Kind kind, Of of, Supplier<Optional<Due>> due) {
        if (due.get().isEmpty()) {
            return Optional.empty();
        }
        Optional<RunRow> newest = newest(kind, of, Set.of());
        boolean active = newest(kind, of, ACTIVE).isPresent();
        return due.get()
                .filter(it ->
                        !active && newest.filter(run -> isTooNew(run, it, kind)).isEmpty())
                .flatMap(it -> start(kind, of, it, newest));
    }

    private Optional<RunRow> newest(Kind kind, Of of, Set<RunSearch.State> states) {
        RunSearch search = new RunSearch(
                Optional.of(kind.runbook()),
                Optional.of(of.environment()),
                Optional.of(of.service()),
                states,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false);
        return journal.runs(search, 1, 0).runs().stream()
                .map(RunSearch.Found::row)
                .findFirst();
    }

    private boolean isTooNew(RunRow run, Due due, Kind kind) {
        Duration pause = due.every().compareTo(kind.longestPause()) < 0 ? due.every() : kind.longestPause();
        return clock.instant().isBefore(run.run().startedAt().plus(pause));
    }

    /** The key names the run that this one comes after: of all who saw that one as the newest, one starts the next. */
    private Optional<String> start(Kind kind, Of of, Due due, Optional<RunRow> newest) {
        Map<String, String> variables = new LinkedHashMap<>(kind.variables());
        variables.put("environment", of.environment());
        variables.put("service", of.service());
        variables.put("reason", due.reason());
        RunStarts.Started run = starts.startBySystem(
                kind.runbook(),
                variables,
                RecoveryScheduler.USER,
                kind.key() + ":" + of + ":" + newest.map(it -> it.run().id()).orElse("first"));
        if (run.again()) {
            return Optional.empty();
        }
        LOG.info("{}: {}, run {}", of, due.reason(), run.run());
        return Optional.of(run.run());
    }
}
