package io.muster.steps.service;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.NotFoundException;
import io.muster.inventory.Inventory;
import io.muster.remote.DockerEngines;
import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.RunFacts;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.step.StepInfo;
import io.muster.steps.Targets;
import jakarta.validation.constraints.NotBlank;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

@StepInfo(
        name = "validationFacts",
        title = "Collect how a service was validated",
        description =
                "Says of a service's container whether it is healthy, since when it has run without a restart and whether that is as"
                        + " long as its `promotion` in the inventory asks; and of the Muster run that made it whether it was completed and"
                        + " whether it deviated from rules. Decides nothing.",
        category = "Service",
        changes = false,
        afterCrash = AfterCrash.REPEAT,
        errors = {Reason.NOT_FOUND, Reason.NOT_IN_INVENTORY})
public class ValidationFacts implements Step<ValidationFacts.Input, ValidationFacts.Output> {

    private static final String DEVIATION = "adr.md";

    public record Input(
            @NotBlank @Field(label = "Service", description = "A service of the run's environment.", example = "notes")
                    String service) {}

    public record Output(
            @Field(label = "Healthy", description = "Runs, and its own health check, if it has one, says so.")
                    boolean healthy,
            @Field(label = "Deployed by a completed run", description = "Of Muster.") boolean deployedByRun,
            @Field(label = "Deviated", description = "Whether that run departed from rules.") boolean deviated,
            @Field(label = "Long enough", description = "Whether it ran without a restart for as long as is asked.")
                    boolean longEnough,
            @Field(label = "Running image", description = "With its digest.") String image,
            @Field(label = "Running version") String version,
            @Field(label = "Summary", description = "What was found, in sentences.") String summary) {}

    private final Targets targets;
    private final DockerEngines engines;
    private final RunFacts runs;

    ValidationFacts(Targets targets, DockerEngines engines, RunFacts runs) {
        this.targets = targets;
        this.engines = engines;
        this.runs = runs;
    }

    @Override
    public String target(Input input) {
        return input.service();
    }

    @Override
    public Output run(Input input, StepContext context) {
        Inventory.Service service = targets.service(context, input.service());
        InspectContainerResponse container = container(service, context);
        var state = container.getState();
        boolean healthy = "running".equals(state.getStatus())
                && (state.getHealth() == null
                        || "healthy".equals(state.getHealth().getStatus()));
        Duration ran = healthy ? ranFor(state.getStartedAt(), context.clock().instant()) : Duration.ZERO;
        Duration asked = service.promotion().map(Inventory.Promotion::after).orElse(Duration.ZERO);
        Map<String, String> labels =
                Optional.ofNullable(container.getConfig().getLabels()).orElse(Map.of());
        Optional<RunFacts.Facts> run =
                Optional.ofNullable(labels.get("io.muster.run")).flatMap(runs::find);
        boolean completed = run.flatMap(RunFacts.Facts::endState)
                .filter("COMPLETED"::equals)
                .isPresent();
        boolean deviated = run.stream()
                .flatMap(facts -> facts.documents().stream())
                .anyMatch(document -> document.name().equals(DEVIATION));
        String summary = service.name() + " on " + service.container() + " is "
                + (healthy ? "healthy, and has run for " + words(ran) : "not healthy") + " (" + words(asked)
                + " are asked for). "
                + run.map(facts -> "It was brought by run " + labels.get("io.muster.run") + " (" + facts.runbook()
                                + ", " + facts.outcome().orElse("not ended")
                                + (deviated ? ", with a deviation)." : ")."))
                        .orElse("No run of this Muster brought it.");
        context.log().info(summary);
        return new Output(
                healthy,
                completed,
                deviated,
                healthy && ran.compareTo(asked) >= 0,
                container.getConfig().getImage(),
                labels.getOrDefault("io.muster.version", ""),
                summary);
    }

    private InspectContainerResponse container(Inventory.Service service, StepContext context) {
        Inventory.Environment environment = targets.environment(context);
        Inventory.Host host = targets.host(context, service.container());
        return engines.call(environment, host, "inspect container " + service.name(), docker -> {
            try {
                return docker.inspectContainerCmd(service.name()).exec();
            } catch (NotFoundException e) {
                throw new StepFailure.Rejected(
                        Reason.NOT_FOUND,
                        "There is no container " + service.name() + " on " + host.name() + ": nothing was validated.",
                        e);
            }
        });
    }

    /** Clocks differ: what started later than now has not run at all. */
    static Duration ranFor(String startedAt, Instant now) {
        Duration ran = Duration.between(Instant.parse(startedAt), now);
        return ran.isNegative() ? Duration.ZERO : ran;
    }

    private static String words(Duration time) {
        long minutes = time.toMinutes();
        if (minutes < 2) {
            return time.toSeconds() + " s";
        }
        return minutes < 120 ? minutes + " min" : minutes < 48 * 60 ? time.toHours() + " h" : time.toDays() + " days";
    }
}
