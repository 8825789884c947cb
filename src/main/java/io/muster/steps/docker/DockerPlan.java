package io.muster.steps.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;
import io.muster.inventory.Secrets;
import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepInfo;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

@StepInfo(
        name = "dockerPlan",
        title = "Compare a container with what is asked",
        description =
                "Says what `dockerRun` with the same input would change, and changes nothing. Takes the same input.",
        category = "Docker",
        changes = false,
        afterCrash = AfterCrash.REPEAT,
        errors = {Reason.INVALID_INPUT, Reason.NOT_IN_INVENTORY})
public class DockerPlan implements Step<ContainerInput, DockerPlan.Output> {

    /** A string variable of the engine holds 4000 characters. */
    private static final int SUMMARY_LIMIT = 3500;

    public record Output(
            @Field(label = "Changes", description = "Whether anything would change.") boolean changes,
            @Field(label = "Summary", description = "What would change, as a Markdown list.") String summary,
            @Field(label = "Running image", description = "What runs now; empty when nothing does.")
                    String runningImage,
            @Field(label = "Running version", description = "What runs now; empty when unknown.")
                    String runningVersion) {}

    private final Engine engine;
    private final Secrets secrets;

    DockerPlan(Engine engine, Secrets secrets) {
        this.engine = engine;
        this.secrets = secrets;
    }

    @Override
    public String target(ContainerInput input) {
        return input.host() + "/" + input.name();
    }

    @Override
    public Output run(ContainerInput input, StepContext context) {
        ContainerSpec spec = new ContainerSpec(input, secrets);
        Optional<InspectContainerResponse> found = engine.inspect(context, input.host(), input.name());
        List<String> changes = found.map(running -> changes(running, spec)).orElseGet(() -> creation(input, spec));
        refuseForeign(input, spec, found, context);
        changes.forEach(context.log()::info);
        if (changes.isEmpty()) {
            context.log().info("Container " + target(input) + " is as asked.");
        }
        return new Output(
                !changes.isEmpty(),
                summary(changes),
                found.map(running -> running.getConfig().getImage()).orElse(""),
                found.map(running -> Container.of(running).aspects().get("version"))
                        .orElse(""));
    }

    /** What `dockerRun` would refuse is refused before anybody approves it. */
    private void refuseForeign(
            ContainerInput input, ContainerSpec spec, Optional<InspectContainerResponse> found, StepContext context) {
        Ownership ownership = new Ownership(engine, context, input.host(), input.name());
        found.ifPresent(ownership::refuseForeign);
        if (found.isEmpty()
                || !Container.of(found.get()).differences(spec.wanted()).isEmpty()) {
            ownership.helpers(found.isPresent());
        }
    }

    private static List<String> changes(InspectContainerResponse running, ContainerSpec spec) {
        List<String> lines = Container.of(running).differences(spec.wanted()).stream()
                .map(Container.Difference::toString)
                .collect(Collectors.toList());
        Wake wake = Wake.of(running);
        if (wake != Wake.NOTHING) {
            lines.add(
                    0,
                    "The container is " + running.getState().getStatus()
                            + (lines.isEmpty()
                                    ? " and will be " + wake.done() + "."
                                    : "; a new one will take its place:"));
        }
        return lines;
    }

    private static List<String> creation(ContainerInput input, ContainerSpec spec) {
        List<String> lines = spec.wanted().aspects().entrySet().stream()
                .filter(aspect -> !aspect.getValue().isEmpty())
                .map(aspect -> aspect.getKey() + ": " + aspect.getValue())
                .collect(Collectors.toList());
        if (!spec.wanted().hidden().isEmpty()) {
            lines.add("environment: " + String.join(", ", spec.wanted().hidden().keySet()) + " (values are not shown)");
        }
        lines.add(0, "There is no container " + input.name() + " on " + input.host() + "; it will be created with:");
        return lines;
    }

    private static String summary(List<String> changes) {
        String text = changes.isEmpty()
                ? "Nothing would change."
                : changes.stream().map(line -> "- " + line).collect(Collectors.joining("\n"));
        return text.length() <= SUMMARY_LIMIT
                ? text
                : text.substring(0, SUMMARY_LIMIT) + "\n- … (all of it in the step's log)";
    }
}
