package io.muster.steps.wipe;

import io.muster.inventory.DataItem;
import io.muster.inventory.Inventory;
import io.muster.inventory.Vzdump;
import io.muster.recovery.Backup;
import io.muster.recovery.Backups;
import io.muster.step.AfterCrash;
import io.muster.step.ByteSize;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.step.StepInfo;
import io.muster.steps.FileIdentity;
import io.muster.steps.MountPoints;
import io.muster.steps.PlannedData;
import io.muster.steps.Targets;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

@StepInfo(
        name = "wipePlan",
        title = "Plan a wipe",
        description =
                "Says exactly what a wipe of a service would destroy: its containers, each by its id, and with the scope"
                        + " `data` its volumes, each by its inode and birth, and the databases and servers' data of its backup plan. Refuses with `Protected` what the inventory protects, with"
                        + " `BackupMissing` and `BackupTooOld` where there is no verified backup, or none as new as the service's RPO"
                        + " asks (without one: a day), and with `Conflict` data that is not the service's alone, not on persistent storage, not in"
                        + " its backup plan, or that a restore would refuse to put back where it is. Given what was approved, it says whether that still is what is there. Changes nothing.",
        category = "Drill",
        changes = false,
        afterCrash = AfterCrash.REPEAT,
        errors = {
            Protection.PROTECTED,
            UsableBackup.BACKUP_MISSING,
            UsableBackup.BACKUP_TOO_OLD,
            Reason.CONFLICT,
            Reason.NOT_FOUND,
            Reason.NOT_IN_INVENTORY
        })
public class WipePlan implements Step<WipePlan.Input, WipePlan.Output> {

    /** A link would be removed, and not what it leads to; what is mounted in a volume would be emptied with it. */
    static final String LOOK = FileIdentity.FUNCTION
            + MountPoints.FUNCTION
            + """
            P=${P%/}
            if [ -L "$P" ]; then
              printf 'it is a symbolic link to %s; name that in the plan and in volumes' "$(readlink -- "$P")"; exit 45
            fi
            [ -e "$P" ] || exit 44
            m=$(mounts "$P") || exit 1
            [ -z "$m" ] || { printf '%s is a mount point, and what is mounted there would be emptied too; a volume that is wiped has none in it' "$m"; exit 45; }
            identity "$P"
            """;

    /** How much of a service goes. */
    public enum Scope {
        CONTAINER,
        DATA
    }

    public record Input(
            @NotBlank @Field(label = "Service", description = "A service of the run's environment.", example = "notes")
                    String service,
            @NotBlank
                    @Field(
                            label = "Backup",
                            description = "The id of the backup that brings it back, or `latest`.",
                            example = "latest")
                    String backup,
            @NotNull @Field(label = "Scope", description = "Container alone, or its data too.", example = "data")
                    Scope scope,
            @Field(
                            label = "Approved",
                            description =
                                    "What was approved: the plan's `destroyed`. It is compared with what is there.",
                            example = "",
                            multiline = true)
                    List<String> approved) {}

    public record Output(
            @Field(label = "Host") String host,
            @Field(label = "Backup", description = "Its id.") String backup,
            @Field(label = "Backup host") String backupHost,
            @Field(label = "Backup path") String backupPath,
            @Field(label = "Backup taken at", description = "ISO-8601.") String backupTakenAt,
            @Field(label = "Backup summary", description = "One sentence.") String backupSummary,
            @Field(
                            label = "Destroyed",
                            description =
                                    "One per line: `container NAME ID`, `item NAME (WHAT) ID`, `data PATH INODE`.")
                    List<String> destroyed,
            @Field(label = "Kept", description = "What is not touched, one sentence.") String kept,
            @Field(label = "Same", description = "Whether it is what was approved; false without an approval.")
                    boolean same,
            @Field(label = "Difference", description = "What is not as it was approved; empty where all is.")
                    String difference,
            @Field(label = "At", description = "When this was so, ISO-8601.") String at) {}

    private final Targets targets;
    private final Backups backups;
    private final Engines engines;
    private final Shell shell;
    private final PlannedData data;

    WipePlan(Targets targets, Backups backups, Engines engines, Shell shell, PlannedData data) {
        this.targets = targets;
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
        Inventory.Environment environment = targets.environment(context);
        Inventory.Service service = targets.service(context, input.service());
        Inventory.Host host = targets.host(context, service.container());
        Protection.refuse(environment, service, host);
        Instant now = context.clock().instant();
        Backup backup = UsableBackup.find(backups, environment, service, input.backup(), now);
        List<String> destroyed = new ArrayList<>();
        for (String name : List.of(service.name(), service.name() + "--previous")) {
            engines.own(context, host.name(), name, service.name())
                    .ifPresent(id -> destroyed.add("container " + name + " " + id));
        }
        List<String> volumes = Volumes.of(service);
        if (input.scope() == Scope.DATA) {
            Volumes.refuse(
                    service,
                    host,
                    volumes,
                    Stream.of(
                                    data.shared(context, service.name()),
                                    data.unremovable(context, service.name()),
                                    data.unswappable(context, service.name()))
                            .flatMap(List::stream)
                            .toList());
            data.present(context, service.name())
                    .forEach(item -> destroyed.add("item " + item.label() + " " + item.id()));
            volumes.forEach(volume -> inode(context, host.name(), volume)
                    .ifPresent(inode -> destroyed.add("data " + volume + " " + inode)));
        }
        if (destroyed.isEmpty() && input.approved().isEmpty()) {
            throw new StepFailure.Rejected(
                    Reason.NOT_FOUND,
                    "There is nothing of " + service.name() + " on " + host.name()
                            + " to wipe: no container, and none of its data. Deploy it first, or restore it.");
        }
        String difference = input.approved().isEmpty() ? "" : difference(input.approved(), destroyed);
        String kept = input.scope() == Scope.DATA || volumes.isEmpty()
                ? "Its backups are kept."
                : "Its data (" + String.join(", ", volumes) + ") and its backups are kept.";
        context.log().info("Would be destroyed on " + host.name() + ": " + String.join("; ", destroyed) + ". " + kept);
        return new Output(
                host.name(),
                backup.id(),
                backup.host(),
                backup.path(),
                backup.takenAt().toString(),
                summary(backup, now),
                destroyed,
                kept,
                !input.approved().isEmpty() && difference.isEmpty(),
                difference,
                now.toString());
    }

    private Optional<String> inode(StepContext context, String host, String volume) {
        Shell.Answer answer = shell.run(context, host, LOOK, Map.of("P", volume));
        if (answer.status() == 44) {
            return Optional.empty();
        }
        if (answer.status() != 0) {
            throw new StepFailure.Rejected(
                    Reason.CONFLICT, volume + " on " + host + " cannot be looked at: " + answer.output() + ".");
        }
        return Optional.of(answer.output());
    }

    private static String difference(List<String> approved, List<String> found) {
        List<String> gone =
                approved.stream().filter(line -> !found.contains(line)).toList();
        List<String> more =
                found.stream().filter(line -> !approved.contains(line)).toList();
        List<String> said = new ArrayList<>();
        if (!gone.isEmpty()) {
            said.add("approved, and not there any more: " + String.join(", ", gone));
        }
        if (!more.isEmpty()) {
            said.add("there, and not approved: " + String.join(", ", more));
        }
        return String.join("; ", said);
    }

    private static String summary(Backup backup, Instant now) {
        return backup.id() + " on " + backup.host() + ", " + new ByteSize(backup.bytes()) + ", taken "
                + UsableBackup.text(Duration.between(backup.takenAt(), now)) + " ago, read back at "
                + backup.verifiedAt().orElseThrow();
    }

    /** Volumes that a service writes. */
    static final class Volumes {

        static List<String> of(Inventory.Service service) {
            return service.volumes().stream()
                    .filter(volume -> !volume.readOnly())
                    .map(Inventory.Volume::source)
                    .toList();
        }

        static void refuse(Inventory.Service service, Inventory.Host host, List<String> volumes, List<String> others) {
            List<String> wrong = new ArrayList<>();
            List<DataItem> plan = service.qualification().backup().stream()
                    .flatMap(backup -> backup.data().stream())
                    .toList();
            for (String volume : volumes) {
                Path path = Path.of(volume).normalize();
                if (host.persistentStorage().stream()
                        .map(Path::of)
                        .noneMatch(root -> path.startsWith(root) && !path.equals(root))) {
                    wrong.add(volume + " is not below persistent storage of " + host.name());
                }
                if (plan.stream().noneMatch(item -> covers(item, path, host.name()))) {
                    wrong.add(volume + " is in no data item of its backup plan, so nothing would bring it back");
                }
            }
            wrong.addAll(others);
            if (!wrong.isEmpty()) {
                throw new StepFailure.Rejected(
                        Reason.CONFLICT,
                        "The data of " + service.name() + " on " + host.name() + " is not wiped: "
                                + String.join("; ", wrong) + ". Nothing was touched.");
            }
        }

        private static boolean covers(DataItem item, Path path, String host) {
            return item.host().map(host::equals).orElse(true)
                    && (comesBackWhole(item)
                            || Stream.concat(item.paths().stream(), item.directory().stream())
                                    .map(Path::of)
                                    .anyMatch(path::startsWith));
        }

        /** With all that is in it: what such a backup would leave out is not backed up so. */
        private static boolean comesBackWhole(DataItem item) {
            return item.vzdump().filter(Vzdump::replaced).isPresent();
        }
    }
}
