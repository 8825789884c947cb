package io.muster.steps.wipe;

import io.muster.inventory.Inventory;
import io.muster.recovery.Backups;
import io.muster.step.AfterCrash;
import io.muster.step.CleanedUp;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.RunFacts;
import io.muster.step.RunTimes;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.step.StepInfo;
import io.muster.steps.FileIdentity;
import io.muster.steps.Moments;
import io.muster.steps.MountPoints;
import io.muster.steps.PlannedData;
import io.muster.steps.Targets;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

@StepInfo(
        name = "wipeRemove",
        title = "Wipe what was approved",
        description =
                "Stops and removes the containers, and removes the volumes and data items, that a plan names: each container by its"
                        + " id, each volume by its inode and birth, each database by what tells it from another of its name. What has the same name and is another one is left alone, and the step fails with"
                        + " `Conflict`; what is gone already is passed over. So it may be repeated after a crash. Refuses with"
                        + " `ApprovalOutdated`, before the first removal of an attempt, where the backup is not verified any"
                        + " more or too old by now, its files are not those of its manifest, or nothing was approved in this run since the plan. What it began before a crash it ends"
                        + " whatever the time, and removes no data whose backup was lost meanwhile.",
        category = "Drill",
        changes = true,
        afterCrash = AfterCrash.REPEAT,
        timeout = "PT1H",
        errors = {
            Protection.PROTECTED,
            WipeRemove.OUTDATED,
            Reason.CONFLICT,
            Reason.TASK_FAILED,
            Reason.NOT_IN_INVENTORY
        })
public class WipeRemove implements Step<WipeRemove.Input, WipeRemove.Output> {

    static final String OUTDATED = "ApprovalOutdated";

    private static final int OTHER = 45;
    static final String CONTAINER = "wipe container";
    static final String DATA = "wipe data";
    static final String ITEM = "wipe data item";
    static final String DATA_WIPED = "wiped data";
    static final String ITEM_WIPED = "wiped data item";

    /** Renamed first, so that what is put in its place meanwhile is never touched. */
    static final String SCRIPT = FileIdentity.FUNCTION
            + MountPoints.FUNCTION
            + """
            set -eu
            aside="$P.muster-wipe-$INODE"
            for p in "$P" "$aside"; do
              m=$(mounts "$p") || exit 1
              [ -z "$m" ] || { echo "$m is a mount point now, and what is mounted there would be emptied too; nothing of it was removed, unmount it"; exit 1; }
            done
            if [ -e "$P" ] || [ -L "$P" ]; then
              now=$(identity "$P")
              if [ "$now" = "$INODE" ]; then echo there; mv -- "$P" "$aside"; else
                [ -e "$aside" ] && rm -rf -- "$aside"
                echo "it is another one now ($now)"; exit 45
              fi
            fi
            [ ! -e "$aside" ] || echo there
            rm -rf -- "$aside"
            """;

    private static final String THERE =
            """
            for f in "$P" "$P".muster-wipe-*; do [ ! -e "$f" ] && [ ! -L "$f" ] || echo "$f"; done
            """;

    public record Input(
            @NotBlank @Field(label = "Service", description = "A service of the run's environment.", example = "notes")
                    String service,
            @NotEmpty
                    @Field(
                            label = "Destroyed",
                            description = "As `wipePlan` gave it and it was approved.",
                            example = "container notes 9f86d081884c",
                            multiline = true)
                    List<String> destroyed,
            @Field(
                            label = "Backup",
                            description =
                                    "The id of the backup that brings it back: looked at once more at the moment of the removal."
                                            + " Empty: none is needed.",
                            example = "20260101T100000Z-1a2b3c4d")
                    String backup,
            @Field(
                            label = "Planned at",
                            description =
                                    "When what is destroyed was planned, ISO-8601: it must have been approved in this run since."
                                            + " Empty: not looked at.",
                            example = "2026-01-01T10:00:00Z")
                    String plannedAt) {}

    public record Output(
            @Field(label = "Removed", description = "Containers, volumes and data items.") List<String> removed,
            @Field(
                            label = "Removed at",
                            description = "When the first removal began, also in an earlier attempt, ISO-8601.")
                    String removedAt,
            @Field(label = "Summary", description = "One sentence.") String summary) {}

    private final Targets targets;
    private final Backups backups;
    private final RunFacts runs;
    private final RunTimes times;
    private final Engines engines;
    private final Shell shell;
    private final PlannedData data;
    private final CancelledWipe cancelled;

    WipeRemove(
            Targets targets,
            Backups backups,
            RunFacts runs,
            RunTimes times,
            Engines engines,
            Shell shell,
            PlannedData data,
            CancelledWipe cancelled) {
        this.targets = targets;
        this.backups = backups;
        this.runs = runs;
        this.times = times;
        this.engines = engines;
        this.shell = shell;
        this.data = data;
        this.cancelled = cancelled;
    }

    @Override
    public String target(Input input) {
        return input.service();
    }

    private record Thing(String kind, String name, String id) {
        static Thing of(String line) {
            int kind = line.indexOf(' ');
            int id = line.lastIndexOf(' ');
            if (kind < 0 || id <= kind || !List.of("container", "item", "data").contains(line.substring(0, kind))) {
                throw new StepFailure.Rejected(
                        Reason.INVALID_INPUT,
                        "'" + line + "' is nothing that a plan names; give what `wipePlan` gave.");
            }
            return new Thing(line.substring(0, kind), line.substring(kind + 1, id), line.substring(id + 1));
        }
    }

    @Override
    public Output run(Input input, StepContext context) {
        List<Thing> things = input.destroyed().stream().map(Thing::of).toList();
        Inventory.Service service = targets.service(context, input.service());
        Inventory.Host host = targets.host(context, service.container());
        Protection.refuse(targets.environment(context), service, host);
        // What an attempt has begun is gone on with, whatever the time: nobody writes the data of a container that is
        // gone.
        boolean resumed = !context.recorded().isEmpty();
        if (!resumed) {
            demandFresh(input, service, context);
        }
        Instant begun = context.clock().instant();
        List<String> removed = new ArrayList<>();
        for (Thing thing : things) {
            context.checkpoint();
            if (resumed && there(context, service, thing)) {
                demandBackup(input, service, context);
            }
            if (remove(context, service, thing)) {
                removed.add(thing.kind() + " " + thing.name());
            }
        }
        String summary = removed.isEmpty() ? "Nothing was left to remove" : "Removed " + String.join(", ", removed);
        context.log().info(summary + ".");
        Instant at = times.firstEffect(context.run().id(), context.run().activityId())
                .orElse(begun);
        return new Output(removed, at.toString(), summary);
    }

    /** Where it is gone, its backup need not be there to bring it back. */
    private boolean there(StepContext context, Inventory.Service service, Thing thing) {
        return switch (thing.kind()) {
            case "container" -> false;
            case "item" -> data.present(context, service.name()).stream()
                    .anyMatch(item -> item.label().equals(thing.name()));
            default -> !shell.run(context, service.container(), THERE, Map.of("P", thing.name()))
                    .output()
                    .isEmpty();
        };
    }

    private void demandBackup(Input input, Inventory.Service service, StepContext context) {
        if (input.backup() == null) {
            return;
        }
        try {
            UsableBackup.verified(backups, targets.environment(context), service, input.backup());
            data.files(context, service.name(), input.backup());
        } catch (StepFailure.Rejected lost) {
            throw outdated(lost.getMessage(), context);
        }
    }

    /** Of a cancelled `service-wipe`: says what is gone and what is left. */
    @Override
    public CleanedUp cleanUp(StepContext context) {
        CleanedUp cleaned = cancelled.cleanUp(context);
        context.log().info(cleaned.summary());
        return cleaned;
    }

    private void demandFresh(Input input, Inventory.Service service, StepContext context) {
        if (input.backup() != null) {
            try {
                UsableBackup.find(
                        backups,
                        targets.environment(context),
                        service,
                        input.backup(),
                        context.clock().instant());
            } catch (StepFailure.Rejected old) {
                throw outdated(old.getMessage(), context);
            }
            demandBackup(input, service, context);
        }
        if (input.plannedAt() != null) {
            Instant planned = Moments.of("plannedAt", input.plannedAt());
            Optional<RunFacts.ApprovalFact> last = runs.find(context.run().id()).stream()
                    .flatMap(run -> run.approvals().stream())
                    .reduce((earlier, later) -> later);
            if (last.filter(it -> it.approved() && !it.at().isBefore(planned)).isEmpty()) {
                throw outdated(
                        service.name() + " is not wiped: what would go was planned at " + planned + ", and "
                                + last.map(it -> "the last answer, by " + it.by() + " at " + it.at() + ", "
                                                + (it.approved() ? "is older." : "was no."))
                                        .orElse("nobody approved anything in this run.")
                                + " Ask for an approval after the plan.",
                        context);
            }
        }
    }

    private StepFailure outdated(String why, StepContext context) {
        return new StepFailure.Rejected(
                OUTDATED,
                why
                        + times.firstEffect(context.run().id(), context.run().activityId())
                                .map(at -> " An earlier attempt began the removal at " + at
                                        + ": what it removed is gone, the rest is as it was.")
                                .orElse(" Nothing was touched."));
    }

    private boolean remove(StepContext context, Inventory.Service service, Thing thing) {
        return switch (thing.kind()) {
            case "container" -> container(context, service.container(), service.name(), thing);
            case "item" -> item(context, service.name(), thing);
            default -> data(context, service, thing);
        };
    }

    /** Once it is recorded as gone, what is there is something new, whatever its id. */
    private static boolean wiped(StepContext context, String kind, String target, Thing thing) {
        boolean wiped = context.recorded().contains(new StepContext.Effect(kind, target, Optional.of(thing.id())));
        if (wiped) {
            context.log().info(thing.name() + " was removed already.");
        }
        return wiped;
    }

    /** By an attempt of this run whose end was not recorded, or which failed: what it began to remove and is gone, it removed. */
    private boolean begun(StepContext context, String service, String target, Thing thing) {
        var effect = new StepContext.Effect(DATA, target, Optional.of(thing.id()));
        return context.recorded().contains(effect)
                || times.attempted(context.run().rootId(), "wipeRemove").stream()
                        .anyMatch(change ->
                                change.of().equals(service) && change.thing().equals(effect));
    }

    private boolean item(StepContext context, String service, Thing thing) {
        if (wiped(context, ITEM_WIPED, thing.name(), thing)) {
            return false;
        }
        String name = thing.name().split(" ")[0];
        context.effect(ITEM, thing.name(), thing.id());
        data.remove(context, service, name, thing.id());
        context.effect(ITEM_WIPED, thing.name(), thing.id());
        return true;
    }

    private boolean container(StepContext context, String host, String service, Thing thing) {
        Optional<String> now = engines.id(context, host, thing.name());
        if (now.isPresent() && !now.get().equals(thing.id())) {
            throw other("Container " + host + "/" + thing.name(), thing, now.get());
        }
        if (engines.own(context, host, thing.id(), service).isEmpty()) {
            context.log().info("Container " + thing.name() + " (" + thing.id() + ") is gone already.");
            return false;
        }
        context.effect(CONTAINER, host + "/" + thing.name(), thing.id());
        engines.remove(context, host, thing.id());
        return true;
    }

    private boolean data(StepContext context, Inventory.Service service, Thing thing) {
        String host = service.container();
        if (wiped(context, DATA_WIPED, host + ":" + thing.name(), thing)) {
            return false;
        }
        boolean begun = begun(context, service.name(), host + ":" + thing.name(), thing);
        if (!begun && !there(context, service, thing)) {
            context.log().info("Data " + thing.name() + " is gone already.");
            return false;
        }
        context.effect(DATA, host + ":" + thing.name(), thing.id());
        Shell.Answer answer = shell.run(context, host, SCRIPT, Map.of("P", thing.name(), "INODE", thing.id()));
        if (answer.status() == OTHER) {
            throw other(thing.name() + " on " + host, thing, answer.output());
        }
        if (answer.status() != 0) {
            throw new StepFailure.Rejected(
                    Reason.TASK_FAILED,
                    "Removing " + thing.name() + " on " + host + " failed with exit status " + answer.status() + ": "
                            + answer.output()
                            + ". Mend the cause there, then retry; what is removed already stays removed.");
        }
        if (answer.output().isEmpty() && !begun) {
            context.log().info("Data " + thing.name() + " went in this moment.");
            return false;
        }
        context.effect(DATA_WIPED, host + ":" + thing.name(), thing.id());
        return true;
    }

    private static StepFailure other(String what, Thing thing, String now) {
        return new StepFailure.Rejected(
                Reason.CONFLICT,
                what + " is not the one whose wipe was approved (" + thing.id() + "): " + now
                        + ". Somebody has put something new in its place, and it was left alone. Find out who; then cancel this run"
                        + " and start anew, or remove it yourself and retry.");
    }
}
