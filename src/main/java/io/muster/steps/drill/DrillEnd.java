package io.muster.steps.drill;

import io.muster.recovery.Drill;
import io.muster.recovery.Drills;
import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.step.StepInfo;
import jakarta.validation.constraints.NotBlank;

@StepInfo(
        name = "drillEnd",
        title = "End a drill",
        description =
                "Records how the run's drill ended: passed, from when on the service's recovery counts as proven, or"
                        + " not. A drill ends once.",
        category = "Drill",
        changes = false,
        afterCrash = AfterCrash.REPEAT,
        errors = {Reason.CONFLICT, Reason.NOT_FOUND})
public class DrillEnd implements Step<DrillEnd.Input, DrillEnd.Output> {

    public record Input(
            @Field(label = "Passed", defaultValue = "false") boolean passed,
            @NotBlank @Field(label = "Result", description = "One sentence.", example = "Restored and compared.")
                    String result) {}

    public record Output(@Field(label = "Ended", description = "ISO-8601.") String endedAt) {}

    private final Drills drills;

    DrillEnd(Drills drills) {
        this.drills = drills;
    }

    @Override
    public String target(Input input) {
        return "drill";
    }

    @Override
    public Output run(Input input, StepContext context) {
        String run = context.run().rootId();
        if (drills.find(run).isEmpty()) {
            throw new StepFailure.Rejected(
                    Reason.NOT_FOUND, "Run " + run + " has begun no drill: begin it with `drillStart` in the diagram.");
        }
        Drill ended =
                drills.end(run, input.passed(), input.result(), context.clock().instant());
        if ((ended.state() == Drill.State.PASSED) != input.passed()) {
            throw new StepFailure.Rejected(
                    Reason.CONFLICT,
                    "The drill of run " + run + " has ended before, as " + ended.state() + ": "
                            + ended.result().orElse("")
                            + " It ends once: mend the diagram.");
        }
        context.log().info("The drill " + (input.passed() ? "passed: " : "did not pass: ") + input.result());
        return new Output(ended.endedAt().orElseThrow().toString());
    }
}
