package io.muster.schedule;

import io.muster.engine.RunStarts;
import io.muster.journal.JournalReader;
import io.muster.journal.JournalReader.RunRow;
import io.muster.journal.RunSearch;
import io.muster.recovery.Backups;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts a run that is due, unless another one is at it, or came to nothing a moment ago. */
final class DueRuns {

    static final Kind BACKUP = new Kind("service-backup", "backup", "service-backed-up", Map.of(), Duration.ofHours(1));
    /** A test that failed will hardly pass an hour later, and it moves all the data. */
    static final Kind RESTORE_TEST =
            new Kind("restore-test", "restore-test", "restore-proven", Map.of("backup", "latest"), Duration.ofDays(1));

    private static final Logger LOG = LoggerFactory.getLogger(DueRuns.class);
    private static final Set<RunSearch.State> ACTIVE =
            Set.of(RunSearch.State.RUNNING, RunSearch.State.WAITING, RunSearch.State.FAILED);

    private static final Duration LONGEST = Duration.ofDays(1);
    private static final int DOUBLINGS = 7;

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
     * @param success the end event of a run that did what it was for
     * @param variables beside environment, service and reason
     * @param longestPause after the first one that came to nothing
     */
    record Kind(String runbook, String key, String success, Map<String, String> variables, Duration longestPause) {}

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
        // A start at a time to come is of a clock that was wrong, and keeps nothing from being started until then.
        Instant until = clock.instant().plus(Backups.SKEW);
        List<RunRow> runs = newest(kind, of, Set.of(), Optional.of(until), DOUBLINGS);
        String after = names(runs, newest(kind, of, Set.of(), Optional.empty(), 1));
        boolean active = !newest(kind, of, ACTIVE, Optional.empty(), 1).isEmpty();
        return due.get().filter(it -> !active && !isTooNew(runs, it, kind)).flatMap(it -> start(kind, of, it, after));
    }

    /** The newest run, also the newest one of all where that is of a time to come. */
    private static String names(List<RunRow> runs, List<RunRow> ofAll) {
        String newest = runs.stream().findFirst().map(it -> it.run().id()).orElse("first");
        String ahead = ofAll.stream().findFirst().map(it -> it.run().id()).orElse("first");
        return newest.equals(ahead) ? newest : newest + "+" + ahead;
    }

    private List<RunRow> newest(Kind kind, Of of, Set<RunSearch.State> states, Optional<Instant> until, int most) {
        RunSearch search = new RunSearch(
                Optional.of(kind.runbook()),
                Optional.of(of.environment()),
                Optional.of(of.service()),
                states,
                Optional.empty(),
                Optional.empty(),
                until,
                false);
        return journal.runs(search, most, 0).runs().stream()
                .map(RunSearch.Found::row)
                .toList();
    }

    /** The pause doubles with each run in a row that came to nothing, up to a day: what is refused all the time fills no journal. */
    private boolean isTooNew(List<RunRow> newestFirst, Due due, Kind kind) {
        if (newestFirst.isEmpty()) {
            return false;
        }
        Duration first = due.every().compareTo(kind.longestPause()) < 0 ? due.every() : kind.longestPause();
        long vain = newestFirst.stream()
                .takeWhile(run -> run.outcome().filter(kind.success()::equals).isEmpty())
                .count();
        Duration pause = first.multipliedBy(1L << Math.max(0, vain - 1));
        Duration most = first.compareTo(LONGEST) < 0 ? LONGEST : first;
        Instant startedAt = newestFirst.get(0).run().startedAt();
        return clock.instant().isBefore(startedAt.plus(pause.compareTo(most) < 0 ? pause : most));
    }

    /** The key names the run that this one comes after: of all who saw that one as the newest, one starts the next. */
    private Optional<String> start(Kind kind, Of of, Due due, String after) {
        Map<String, String> variables = new LinkedHashMap<>(kind.variables());
        variables.put("environment", of.environment());
        variables.put("service", of.service());
        variables.put("reason", due.reason());
        RunStarts.Started run = starts.startBySystem(
                kind.runbook(), variables, RecoveryScheduler.USER, kind.key() + ":" + of + ":" + after);
        if (run.again()) {
            return Optional.empty();
        }
        LOG.info("{}: {}, run {}", of, due.reason(), run.run());
        return Optional.of(run.run());
    }
}
