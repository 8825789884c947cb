package io.muster.steps.drill;

import io.muster.recovery.Drill;
import io.muster.recovery.Drills;
import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepInfo;
import io.muster.steps.Targets;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import java.util.Optional;

@StepInfo(
        name = "drillStart",
        title = "Begin a drill",
        description = "Records that the outermost run is a drill of a service: a qualification or a restore test. What"
                + " `measuresRecord` and `criteriaCheck` give is kept with it, until `drillEnd` says how it ended.",
        category = "Drill",
        changes = false,
        afterCrash = AfterCrash.REPEAT,
        errors = {Reason.NOT_IN_INVENTORY})
public class DrillStart implements Step<DrillStart.Input, DrillStart.Output> {

    public record Input(
            @NotBlank @Field(label = "Service", description = "A service of the run's environment.", example = "notes")
                    String service,
            @NotNull @Field(label = "Kind", example = "QUALIFICATION") Drill.Kind kind,
            @Field(label = "Version", description = "Where it is about one.", example = "1.1.0") String version) {}

    public record Output(@Field(label = "Started", description = "ISO-8601.") String startedAt) {}

    private final Targets targets;
    private final Drills drills;

    DrillStart(Targets targets, Drills drills) {
        this.targets = targets;
        this.drills = drills;
    }

    @Override
    public String target(Input input) {
        return input.service();
    }

    @Override
    public Output run(Input input, StepContext context) {
        String environment = targets.environment(context).name();
        String service = targets.service(context, input.service()).name();
        String run = context.run().rootId();
        drills.start(
                run,
                input.kind(),
                environment,
                service,
                Optional.ofNullable(input.version()),
                context.clock().instant());
        return new Output(drills.find(run).orElseThrow().startedAt().toString());
    }
}
