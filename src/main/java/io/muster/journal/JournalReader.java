package io.muster.journal;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/** Reads the journal, for the API, documents of a run, and readiness. */
public interface JournalReader {

    /** Newest first; searched and paged in the database. */
    RunSearch.Page runs(RunSearch search, int limit, int offset);

    /** How each of these runs stands, as it is found by {@link #runs}. */
    Map<String, RunSearch.State> states(Collection<String> runIds);

    /** Titles of the steps and tasks that each of these runs, or what it called, is at. */
    Map<String, List<String>> current(Collection<String> runIds);

    Optional<RunRow> run(String id);

    /** Called runbooks' runs, in the order of their start. */
    List<RunRow> children(String runId);

    /** In the order of their start. */
    List<StepRun> steps(String runId);

    Optional<StepRun> step(UUID id);

    /** The newest ended run of one of these steps on each of the targets, by runs of an environment. */
    List<StepRun> newestEnded(
            String environment, Collection<String> targets, List<String> steps, boolean succeededOnly);

    List<RunJournal.Approval> approvals(String runId);

    /** Whether anybody has decided an approval in a root run or in what it called. */
    boolean approvedWithin(String rootRunId);

    /** Who decided approvals, answered tasks and gave steps other input, in a root run and in what it called. */
    Involved involved(String rootRunId);

    /** In the order in which they were asked. */
    List<Decision> decisions(String runId);

    /** What people answered in the other tasks of a run, in that order. */
    List<RunJournal.Answer> answers(String runId);

    /** Services of which runs that go on wait for decisions. */
    List<Open> openDecisions();

    List<Document> documents(String runId);

    List<Effect> effects(UUID stepRunId);

    /** Attempts without a recorded end, the oldest first. */
    List<StepRun> open();

    /**
     * Attempts that ended before then and may have left something on their target, those that were not looked for first. One
     * for which it was in vain comes again after ten minutes, then after twice as long each time, up to twelve hours.
     */
    List<StepRun> leftBefore(Instant time, Instant now, int limit);

    /** Up to {@code limit} log lines after the given sequence number (0: from the start). */
    List<LogLine> log(UUID stepRunId, long afterSeq, int limit);

    /** The last log lines. */
    List<LogLine> logEnd(UUID stepRunId, int lines);

    /** Up to {@code limit} events of an outermost run's audit chain after the given sequence number (0: from the start). */
    List<AuditEvent> events(String rootRunId, long afterSeq, int limit);

    /** The inventory that an outermost run pinned, JSON. */
    Optional<String> inventory(String rootRunId);

    /** Several reads that see the journal as it was at one moment. They hold a connection of the journal: be quick. */
    <T> T snapshot(Function<JournalReader, T> read);

    /**
     * @param approved an approval, either way
     * @param answered a task that is no approval and no decision
     * @param changed the input of a failed step
     */
    record Involved(Set<String> approved, Set<String> answered, Set<String> changed) {}

    /** @param decisions how many nobody has taken, in runs for the service and in what these called */
    record Open(String environment, String service, int decisions) {}

    /** @param endState null while it runs */
    record RunRow(
            RunJournal.NewRun run,
            Optional<Instant> endedAt,
            Optional<RunJournal.EndState> endState,
            Optional<String> outcome) {}

    record Document(UUID stepRunId, String name, String mediaType, String content, Instant at) {}

    /** @param handle how the step finds it again, where it said */
    record Effect(Instant at, String kind, String target, Optional<String> handle) {}

    /**
     * @param stream {@code info}, {@code out} or {@code err}
     * @param continued whether the next entry of the same stream continues this very line (long lines are kept in pieces)
     */
    record LogLine(long seq, Instant at, String stream, String text, boolean continued) {}
}
