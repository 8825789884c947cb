package io.muster.steps.wipe;

import io.muster.inventory.Inventory;
import io.muster.recovery.Backup;
import io.muster.recovery.Backups;
import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.RunTimes;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepInfo;
import io.muster.steps.PlannedData;
import io.muster.steps.Targets;
import jakarta.validation.constraints.NotBlank;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

@StepInfo(
        name = "wipeEarlier",
        title = "Look for an earlier wipe of this run",
        description =
                "Says whether a service with its data is gone already because this run removed it: by what `wipeRemove` recorded in"
                        + " this run since the service was deployed in it, and by looking that nothing is there. What somebody else"
                        + " removed, in part or whole, is not gone by this run, and is for `wipePlan` to refuse. Changes nothing.",
        category = "Drill",
        changes = false,
        afterCrash = AfterCrash.REPEAT,
        errors = {Reason.CONFLICT, Reason.NOT_IN_INVENTORY})
public class EarlierWipe implements Step<EarlierWipe.Input, EarlierWipe.Output> {

    public record Input(
            @NotBlank @Field(label = "Service", description = "A service of the run's environment.", example = "notes")
                    String service,
            @NotBlank
                    @Field(
                            label = "Backup",
                            description = "The id of the backup that brings it back.",
                            example = "20260101T100000Z-1a2b3c4d")
                    String backup) {}

    public record Output(
            @Field(label = "Gone", description = "All of it, by this run.") boolean gone,
            @Field(
                            label = "Destroyed",
                            description = "What this run removed, as `wipePlan` names it; empty unless gone.")
                    List<String> destroyed,
            @Field(label = "Wiped at", description = "When that removal began, ISO-8601; empty unless gone.")
                    String wipedAt,
            @Field(label = "Backup host", description = "Empty unless gone.") String backupHost,
            @Field(label = "Backup path", description = "Empty unless gone.") String backupPath,
            @Field(label = "Backup taken at", description = "ISO-8601; empty unless gone.") String backupTakenAt,
            @Field(label = "Summary", description = "One sentence.") String summary) {
        static Output not(String why) {
            return new Output(false, List.of(), "", "", "", "", why);
        }
    }

    private final Targets targets;
    private final RunTimes times;
    private final Backups backups;
    private final Engines engines;
    private final Shell shell;
    private final PlannedData data;

    EarlierWipe(Targets targets, RunTimes times, Backups backups, Engines engines, Shell shell, PlannedData data) {
        this.targets = targets;
        this.times = times;
        this.backups = backups;
        this.engines = engines;
        this.shell = shell;
        this.data = data;
    }

    @Override
    public String target(Input input) {
        return input.service();
    }

    @Override
    public Output run(Input input, StepContext context) {
        Output output = look(input, context);
        context.log().info(output.summary());
        return output;
    }

    private Output look(Input input, StepContext context) {
        Inventory.Service service = targets.service(context, input.service());
        List<RunTimes.Change> removed = removed(service, context);
        if (removed.isEmpty()) {
            return Output.not("This run has removed nothing of " + service.name() + " since it was deployed.");
        }
        List<String> there = there(service, context);
        if (!there.isEmpty()) {
            return Output.not("There still is, or is again: " + String.join(", ", there) + ".");
        }
        List<String> destroyed = removed.stream()
                .map(change -> line(service, change.thing()))
                .distinct()
                .toList();
        List<String> others = WipePlan.Volumes.of(service).stream()
                .filter(volume -> destroyed.stream().noneMatch(line -> line.startsWith("data " + volume + " ")))
                .toList();
        if (!others.isEmpty()) {
            return Output.not("Not there, and not removed by this run: " + String.join(", ", others) + ".");
        }
        return backups.find(targets.environment(context).name(), service.name(), input.backup())
                .map(backup -> gone(service, removed.get(0).at(), destroyed, backup))
                .orElseGet(() -> Output.not("There is no backup '" + input.backup() + "' of " + service.name() + "."));
    }

    private static Output gone(Inventory.Service service, Instant at, List<String> destroyed, Backup backup) {
        return new Output(
                true,
                destroyed,
                at.toString(),
                backup.host(),
                backup.path(),
                backup.takenAt().toString(),
                service.name() + " is gone already: this run removed it at " + at + " (" + String.join("; ", destroyed)
                        + ").");
    }

    /** What a deployment of this run made after a removal, that removal did not remove. */
    private List<RunTimes.Change> removed(Inventory.Service service, StepContext context) {
        String run = context.run().rootId();
        Instant deployed = times.changes(run, "dockerRun").stream()
                .filter(change -> change.of().equals(service.container() + "/" + service.name()))
                .map(RunTimes.Change::at)
                .reduce(Instant.MIN, (earlier, later) -> later);
        // What an attempt removed that then failed at something else, the next one did not.
        return times.attempted(run, "wipeRemove").stream()
                .filter(change ->
                        change.of().equals(service.name()) && change.at().isAfter(deployed))
                .filter(change -> List.of(WipeRemove.CONTAINER, WipeRemove.DATA_WIPED, WipeRemove.ITEM_WIPED)
                        .contains(change.thing().kind()))
                .toList();
    }

    private static String line(Inventory.Service service, StepContext.Effect thing) {
        String kind =
                switch (thing.kind()) {
                    case WipeRemove.CONTAINER -> "container ";
                    case WipeRemove.DATA_WIPED -> "data ";
                    default -> "item ";
                };
        // Of a container `host/name`, of a volume `host:path`; a data item is called by its label.
        String name = kind.equals("item ")
                ? thing.target()
                : thing.target().substring(service.container().length() + 1);
        return kind + name + " " + thing.handle().orElse("?");
    }

    private List<String> there(Inventory.Service service, StepContext context) {
        List<String> there = new ArrayList<>();
        Stream.of(service.name(), service.name() + "--previous")
                .filter(name -> engines.id(context, service.container(), name).isPresent())
                .forEach(name -> there.add("container " + name));
        WipePlan.Volumes.of(service).stream()
                .filter(volume -> exists(service, volume, context))
                .forEach(there::add);
        data.present(context, service.name()).stream()
                .map(PlannedData.Present::label)
                .forEach(there::add);
        return there;
    }

    /** Whatever cannot be looked at counts as there: `wipePlan` says why. */
    private boolean exists(Inventory.Service service, String volume, StepContext context) {
        return shell.run(context, service.container(), WipePlan.LOOK, Map.of("P", volume))
                        .status()
                != 44;
    }
}
