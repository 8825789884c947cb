package io.muster.steps.drill;

import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.RunTimes;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.step.StepInfo;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;

@StepInfo(
        name = "calledRun",
        title = "Look at a called runbook",
        description =
                "Says how the last run of a runbook that this run called ended, how long it took with and without the"
                        + " time in which it waited for people, how many changes on targets its steps recorded, and how often"
                        + " people had to decide about a failed one.",
        category = "Drill",
        changes = false,
        afterCrash = AfterCrash.REPEAT,
        errors = {Reason.NOT_FOUND})
public class CalledRun implements Step<CalledRun.Input, CalledRun.Output> {

    public record Input(
            @NotBlank
                    @Field(
                            label = "Runbook",
                            description = "The process id of a call activity of this diagram.",
                            example = "service-deployment")
                    String runbook,
            @Min(0)
                    @Field(
                            label = "Changes beside it",
                            description =
                                    "What other automation changed in the same run of it, a playbook; counted as well in"
                                            + " `allChanges`.",
                            defaultValue = "0",
                            example = "0")
                    int besides) {}

    public record Output(
            @Field(label = "Run", description = "Its id.") String run,
            @Field(label = "Outcome", description = "Its end event's id.") String outcome,
            @Field(label = "Seconds", description = "From its start to its end.") long seconds,
            @Field(label = "Waiting for people", description = "Seconds.") long waitingSeconds,
            @Field(label = "Machine", description = "Seconds in which nobody was waited for.") long machineSeconds,
            @Field(label = "Changes", description = "Effects that its steps recorded.") int changes,
            @Field(label = "All changes", description = "With those beside it.") int allChanges,
            @Field(
                            label = "Decisions",
                            description =
                                    "How often people decided about a failed step of it, or of the run that called it.")
                    int decisions,
            @Field(label = "Summary", description = "One sentence.") String summary) {}

    private final RunTimes times;

    CalledRun(RunTimes times) {
        this.times = times;
    }

    @Override
    public String target(Input input) {
        return input.runbook();
    }

    @Override
    public Output run(Input input, StepContext context) {
        RunTimes.Called called = times.called(context.run().id()).stream()
                .filter(child -> child.runbook().equals(input.runbook()))
                .filter(child -> child.endedAt().isPresent())
                .reduce((earlier, later) -> later)
                .orElseThrow(() -> new StepFailure.Rejected(
                        Reason.NOT_FOUND,
                        "This run has called no " + input.runbook()
                                + " that has ended. Call it before, or mend the runbook's name in the diagram."));
        Waiting span = Waiting.in(
                called.startedAt(),
                called.endedAt().orElseThrow(),
                times.waits(context.run().rootId()));
        String outcome = called.outcome().orElse("cancelled");
        String summary = input.runbook() + " ended as " + outcome + " after " + span.text() + "; " + called.effects()
                + (called.effects() == 1 ? " change" : " changes") + decisions(called.decisions());
        context.log().info(summary + ".");
        return new Output(
                called.id(),
                outcome,
                span.totalSeconds(),
                span.peopleSeconds(),
                span.machineSeconds(),
                called.effects(),
                called.effects() + input.besides(),
                called.decisions() + times.decisions(context.run().id()),
                summary);
    }

    private static String decisions(int count) {
        return count == 0
                ? ""
                : "; people decided " + (count == 1 ? "once" : count + " times") + " about a step that had failed";
    }
}
