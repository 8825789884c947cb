package io.muster.journal;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which runs are looked for; what is empty does not filter.
 *
 * @param text somewhere in the id, runbook, service, environment, version, reason, starter or outcome, in any case
 * @param from started at or after
 * @param to started before
 * @param outermost leaves out runs of called runbooks
 */
public record RunSearch(
        Optional<String> runbook,
        Optional<String> environment,
        Optional<String> service,
        Set<State> states,
        Optional<String> text,
        Optional<Instant> from,
        Optional<Instant> to,
        boolean outermost) {

    public static final RunSearch ALL = new RunSearch(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Set.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            false);

    /** How a run stands: it runs, waits for a person's task, or for a decision about what failed in it; or how it ended. */
    public enum State {
        RUNNING,
        WAITING,
        FAILED,
        COMPLETED,
        REJECTED,
        ABORTED;

        public static List<String> names() {
            return Arrays.stream(values()).map(Enum::name).toList();
        }
    }

    /** @param total of all pages */
    public record Page(List<Found> runs, long total) {}

    public record Found(JournalReader.RunRow row, State state) {}
}
