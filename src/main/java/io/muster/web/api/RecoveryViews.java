package io.muster.web.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.muster.engine.Recovery;
import io.muster.journal.JournalReader;
import io.muster.journal.JournalReader.RunRow;
import io.muster.journal.StepRun;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** What an operator needs to decide: what each run was, where it stands, and what the journal last knew of it. */
@Component
class RecoveryViews {

    private final JournalReader journal;

    RecoveryViews(JournalReader journal) {
        this.journal = journal;
    }

    RecoveryView of(Optional<Recovery.State> state) {
        return state.map(open -> new RecoveryView(
                        true,
                        open.since(),
                        open.undecided(),
                        open.runs().stream().map(this::view).toList()))
                .orElseGet(() -> new RecoveryView(false, null, 0, List.of()));
    }

    DecisionView of(Recovery.Decision decision) {
        return new DecisionView(
                decision.kind().name().toLowerCase(Locale.ROOT), decision.by(), decision.at(), decision.reason());
    }

    private UnfinishedRun view(Recovery.Run run) {
        Optional<RunRow> row = journal.run(run.id());
        return new UnfinishedRun(
                run.id(),
                row.map(found -> found.run().runbook()).orElse(null),
                row.flatMap(found -> found.run().environment()).orElse(null),
                row.flatMap(found -> found.run().service()).orElse(null),
                row.flatMap(found -> found.run().targetVersion()).orElse(null),
                row.flatMap(found -> found.run().startedBy()).orElse(null),
                row.map(found -> found.run().startedAt()).orElse(null),
                run.activities(),
                steps(run.id())
                        .max(Comparator.comparing(StepRun::startedAt))
                        .map(RecoveryViews::last)
                        .orElse(null),
                run.undecided(),
                run.decision().map(this::of).orElse(null));
    }

    private Stream<StepRun> steps(String runId) {
        return Stream.concat(
                journal.steps(runId).stream(),
                journal.children(runId).stream()
                        .flatMap(child -> steps(child.run().id())));
    }

    private static LastStep last(StepRun step) {
        return new LastStep(
                step.activityId(),
                step.title(),
                step.step(),
                step.target(),
                step.state().name(),
                step.startedAt(),
                step.endedAt().orElse(null));
    }

    /** @param undecided how many runs wait for a decision */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record RecoveryView(boolean active, Instant since, long undecided, List<UnfinishedRun> runs) {}

    /**
     * @param activities where the run stands, as the backup has it
     * @param lastStep the newest that the journal knows; what ran after it is not known
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record UnfinishedRun(
            String id,
            String runbook,
            String environment,
            String service,
            String version,
            String startedBy,
            Instant startedAt,
            List<String> activities,
            LastStep lastStep,
            boolean undecided,
            DecisionView decision) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record LastStep(
            String activity,
            String title,
            String step,
            String target,
            String state,
            Instant startedAt,
            Instant endedAt) {}

    /** @param decision {@code resumed} or {@code aborted} */
    record DecisionView(String decision, String by, Instant at, String reason) {}
}
