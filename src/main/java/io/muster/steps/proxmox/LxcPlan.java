package io.muster.steps.proxmox;

import com.fasterxml.jackson.databind.JsonNode;
import io.muster.remote.ProxmoxNodes;
import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.step.StepInfo;
import io.muster.steps.Targets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

@StepInfo(
        name = "lxcPlan",
        title = "Compare an LXC container",
        description =
                "Says what `lxcCreate` and `lxcConfigure` with the same inputs would do, and which of it waits for a restart"
                        + " of a running container. Changes nothing. A container of this number with another hostname is a"
                        + " failure.",
        category = "Proxmox",
        changes = false,
        afterCrash = AfterCrash.REPEAT,
        errors = {Reason.NOT_IN_INVENTORY, Reason.CONFLICT})
public class LxcPlan implements Step<LxcConfigure.Input, LxcPlan.Output> {

    /** What Proxmox VE cannot change in a container that runs; mounts that are new are added at once. */
    private static final Set<String> AT_START = Set.of("features", "mp");

    public record Output(
            @Field(label = "There", description = "Whether the node has it already.") boolean exists,
            @Field(label = "Running") boolean running,
            @Field(label = "Changes", description = "What would be created or different.") List<String> changes,
            @Field(label = "After a restart", description = "Options whose change waits for a restart.")
                    List<String> restart,
            @Field(label = "Changed", description = "Whether anything would be.") boolean changed,
            @Field(
                            label = "Summary",
                            description = "The changes, one a line, and mounts that nothing is said of and that stay.")
                    String summary) {}

    private final Targets targets;
    private final ProxmoxNodes nodes;

    LxcPlan(Targets targets, ProxmoxNodes nodes) {
        this.targets = targets;
        this.nodes = nodes;
    }

    @Override
    public String target(LxcConfigure.Input input) {
        return input.named();
    }

    @Override
    public Output run(LxcConfigure.Input input, StepContext context) {
        Guest guest = Guest.of(nodes, targets, input, context);
        Optional<JsonNode> config = guest.find();
        if (config.isEmpty()) {
            context.log().info(guest.describe() + " is not there.");
            return output(false, false, List.of(guest.describe() + " will be created"), List.of(), List.of());
        }
        refuseAnother(guest, config.get(), input);
        return compare(guest, config.get(), input);
    }

    private static Output compare(Guest guest, JsonNode config, LxcConfigure.Input input) {
        new Convergence(guest, input.settings()).requireUnprivileged(input.unprivileged());
        boolean running = guest.running();
        List<String> changes = new ArrayList<>();
        List<String> restart = new ArrayList<>();
        for (Difference difference : input.settings().differences(config)) {
            changes.add(difference.toString());
            boolean atStart = AT_START.contains(new Meaning.Option(difference.option()).family());
            if (running && atStart && !difference.from().isEmpty()) {
                restart.add(difference.option());
            }
        }
        VolumeGrowth.of(config, input.rootfsSize(), input.mounts())
                .forEach(growth -> changes.add(growth.disk() + ": " + growth.from() + " -> " + growth.to()));
        if (!running) {
            changes.add("it is stopped and will be started");
        } else {
            guest.pending().stream().filter(option -> !restart.contains(option)).forEach(option -> {
                changes.add(option + ": was changed before");
                restart.add(option);
            });
        }
        changes.forEach(change -> guest.context().log().info(guest.describe() + ": " + change));
        List<String> notes = input.mounts().isEmpty() ? unmentioned(config) : List.of();
        notes.forEach(note -> guest.context().log().info(guest.describe() + ": " + note));
        return output(true, running, changes, restart, notes);
    }

    /** Nothing is wanted of mounts, which changes none: whoever took the last one out of the inventory shall know. */
    private static List<String> unmentioned(JsonNode config) {
        List<String> notes = new ArrayList<>();
        config.fieldNames().forEachRemaining(option -> {
            if (option.matches("mp\\d+")) {
                notes.add(option + " (`" + config.path(option).asText()
                        + "`) is not wanted any more, or never was; it stays as it is, with its data");
            }
        });
        return notes;
    }

    /** @param notes what is not as wanted and stays so */
    private static Output output(
            boolean exists, boolean running, List<String> changes, List<String> restart, List<String> notes) {
        String summary = Stream.concat(
                        changes.stream()
                                .map(change -> change
                                        + (restart.contains(change.split(":", 2)[0]) ? ", after a restart" : "")),
                        notes.stream())
                .map(line -> "- " + line)
                .collect(Collectors.joining("\n"));
        return new Output(exists, running, changes, restart, !changes.isEmpty(), summary);
    }

    private static void refuseAnother(Guest guest, JsonNode config, LxcConfigure.Input input) {
        String found = config.path("hostname").asText();
        if (input.hostname() != null && !found.equals(input.hostname())) {
            throw new StepFailure.Rejected(
                    Reason.CONFLICT,
                    guest.describe() + " is there already, but its hostname is `" + found + "`, not `"
                            + input.hostname() + "`: it is another container and was left alone. Correct `vmid` or"
                            + " `hostname`.");
        }
    }
}
