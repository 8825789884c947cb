package io.muster.steps.provision;

import io.muster.inventory.ContainerSpec;
import io.muster.inventory.Inventory;
import io.muster.remote.ContainerAddress;
import io.muster.remote.LearnedHosts;
import io.muster.remote.ObservedHosts;
import io.muster.remote.SshHosts;
import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.step.StepInfo;
import io.muster.steps.Targets;
import jakarta.validation.constraints.NotBlank;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

@StepInfo(
        name = "containerCheck",
        title = "Check an LXC container from inside",
        description =
                "Looks whether a running container is ready: what is known of its address and host keys is what its node"
                        + " says, SSH lets us in, every mount is one and can be written on, and the Docker engine answers."
                        + " Leaves nothing behind.",
        category = "Provision",
        changes = false,
        afterCrash = AfterCrash.REPEAT,
        errors = {Reason.CHECK_FAILED, Reason.NOT_IN_INVENTORY})
public class ContainerCheck implements Step<ContainerCheck.Input, ContainerCheck.Output> {

    /** Prints a line for each mount that is none, or on which nothing can be written. */
    private static final String MOUNTS =
            """
            printf '%s\\n' "$MOUNTS" | while IFS= read -r mount; do
                [ -n "$mount" ] || continue
                awk -v mount="$mount" '$5 == mount { found = 1 } END { exit !found }' /proc/self/mountinfo ||
                    { echo "$mount is no mount, so what is written there goes with the container"; continue; }
                probe=$(mktemp "$mount/.muster-probe.XXXXXXXXXX" 2>/dev/null) && echo probe >"$probe" && rm -f -- "$probe" ||
                    echo "nothing can be written on $mount"
            done
            """;

    public record Input(
            @NotBlank
                    @Field(
                            label = "Host",
                            description = "A host that is an LXC container.",
                            example = "experimental-02")
                    String host,
            @Field(
                            label = "Only tell",
                            description = "What is not as it should be is told, and is no failure.",
                            defaultValue = "false")
                    boolean onlyTell) {}

    public record Output(
            @Field(label = "Ready") boolean ready,
            @Field(label = "Problems", description = "What is not as it should be.") List<String> problems,
            @Field(label = "Engine", description = "Docker's version; empty without Docker.") String docker,
            @Field(label = "Summary", description = "One sentence.") String summary) {}

    private final Targets targets;
    private final SshHosts hosts;
    private final ContainerAddress addresses;
    private final LearnedHosts learned;
    private final EngineProbe engine;

    ContainerCheck(
            Targets targets, SshHosts hosts, ContainerAddress addresses, LearnedHosts learned, EngineProbe engine) {
        this.targets = targets;
        this.hosts = hosts;
        this.addresses = addresses;
        this.learned = learned;
        this.engine = engine;
    }

    @Override
    public String target(Input input) {
        return input.host();
    }

    @Override
    public Output run(Input input, StepContext context) {
        Inventory.Host host = targets.host(context, input.host());
        List<String> problems = new ArrayList<>();
        if (host.ssh().learned()) {
            look(problems, () -> known(problems, host, context));
        }
        if (problems.isEmpty()) {
            look(problems, () -> mounts(problems, host, context));
        }
        String[] docker = {""};
        if (problems.isEmpty() && host.docker().isPresent()) {
            look(problems, () -> docker[0] = engine.version(targets.environment(context), host, context));
        }
        problems.forEach(problem -> context.log().info(host.name() + ": " + problem));
        if (!problems.isEmpty() && !input.onlyTell()) {
            throw new StepFailure.Rejected(
                    Reason.CHECK_FAILED, host.name() + " is not ready: " + String.join("; ", problems) + ".");
        }
        String summary = problems.isEmpty()
                ? host.name() + " is ready" + (docker[0].isEmpty() ? "." : ", with Docker " + docker[0] + ".")
                : host.name() + " is not ready: " + String.join("; ", problems) + ".";
        context.log().info(summary);
        return new Output(problems.isEmpty(), List.copyOf(problems), docker[0], summary);
    }

    /** A failure to look is a thing that is not as it should be; a run that is cancelled or out of time is not. */
    private static void look(List<String> problems, Runnable check) {
        try {
            check.run();
        } catch (StepFailure e) {
            if (e.reason().equals(Reason.CANCELLED)) {
                throw e;
            }
            problems.add(e.reason() + ": " + e.getMessage().replaceFirst("\\.$", ""));
        }
    }

    private void known(List<String> problems, Inventory.Host host, StepContext context) {
        Inventory.Environment environment = targets.environment(context);
        Optional<ObservedHosts.Facts> facts = learned.facts(environment, host);
        if (facts.isEmpty()) {
            problems.add("its address and host keys are not known yet");
            return;
        }
        addresses
                .of(environment, facts.get().container())
                .filter(now -> !now.equals(facts.get().address()))
                .ifPresent(now -> problems.add(
                        "its address is " + now + " now, " + facts.get().address() + " is known"));
        List<String> keys = NodeShell.of(hosts, targets, host, context).hostKeys();
        if (!keys.equals(facts.get().hostKeys())) {
            problems.add("its host keys are " + Fingerprints.of(keys) + " now, "
                    + Fingerprints.of(facts.get().hostKeys()) + " are known");
        }
    }

    private void mounts(List<String> problems, Inventory.Host host, StepContext context) {
        String mounts = String.join(
                "\n",
                host.container().map(ContainerSpec::mounts).orElse(List.of()).stream()
                        .map(ContainerSpec.Mount::target)
                        .toList());
        RemoteShell.Result result = new RemoteShell(hosts, targets.ssh(context, host.name()), context)
                .run(MOUNTS, Map.of("MOUNTS", mounts));
        result.out().lines().forEach(problems::add);
        if (!result.ok()) {
            problems.add("its mounts could not be looked at (" + result.why() + ")");
        }
    }
}
