package io.muster.steps.proxmox;

import io.muster.remote.ProxmoxNodes;
import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepInfo;
import io.muster.steps.Targets;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

@StepInfo(
        name = "lxcBackup",
        title = "Back an LXC container up",
        description =
                "Backs a container up with vzdump, follows the node's task to its end, and finds the archive in the storage's"
                        + " listing with a size above zero. Says in which mode it was really taken: where the volumes' storage"
                        + " has no snapshots, the node takes `suspend` instead, without failing. The archive is found by a mark"
                        + " in its notes, also after a crash.",
        category = "Proxmox",
        changes = true,
        afterCrash = AfterCrash.RESUME,
        timeout = "PT2H",
        errors = {Reason.NOT_FOUND, Reason.NOT_IN_INVENTORY, Reason.CONFLICT})
public class LxcBackup implements Step<LxcBackup.Input, LxcBackup.Output> {

    public record Input(
            @Field(
                            label = "Host",
                            description = "A host of the inventory that is an LXC container.",
                            example = "experimental-01")
                    String host,
            @Field(label = "Node", description = "Where the inventory has no host for it: the Proxmox node.")
                    String node,
            @Min(100) @Max(999_999_999) @Field(label = "Number", description = "With node: the container's vmid.")
                    Integer vmid,
            @NotBlank @Field(label = "Storage", description = "Must allow backups.", example = "backups")
                    String storage,
            @NotNull @Field(label = "Mode", description = "snapshot, suspend or stop.", defaultValue = "snapshot")
                    Mode mode,
            @NotNull @Field(label = "Compression", description = "zstd, gzip, lzo or none.", defaultValue = "zstd")
                    Compress compress,
            @Field(label = "Notes", description = "Kept with the archive.") String notes,
            @Field(label = "Protected", description = "Whether it is kept from being pruned.", defaultValue = "false")
                    boolean protectedBackup)
            implements GuestRef {
        public Input {
            GuestRef.require(host, node, vmid);
        }
    }

    public record Output(
            @Field(label = "Volume", description = "The archive's volume id; lxcRestore takes it.") String volume,
            @Field(label = "Size", description = "In bytes.") long sizeBytes,
            @Field(label = "Mode", description = "In which it was really taken; `unknown` when a crash hid it.")
                    String mode,
            @Field(label = "Mode as asked", description = "Whether that is known to be the mode that was asked for.")
                    boolean modeAsAsked,
            @Field(label = "Taken at", description = "By the node's clock.") String takenAt,
            @Field(label = "Changed", description = "Always true.") boolean changed,
            @Field(label = "Changes", description = "What was done.") List<String> changes,
            @Field(label = "Warnings", description = "How many the node's task gave.") int warnings) {}

    static final String TASK = "vzdump";

    private final Targets targets;
    private final ProxmoxNodes nodes;

    LxcBackup(Targets targets, ProxmoxNodes nodes) {
        this.targets = targets;
        this.nodes = nodes;
    }

    @Override
    public String target(Input input) {
        return input.named();
    }

    /** How the container is kept still. */
    public enum Mode {
        SNAPSHOT,
        SUSPEND,
        STOP
    }

    /** How the archive is made smaller. */
    public enum Compress {
        ZSTD("zstd"),
        GZIP("gzip"),
        LZO("lzo"),
        NONE("0");

        private final String parameter;

        Compress(String parameter) {
            this.parameter = parameter;
        }

        String parameter() {
            return parameter;
        }
    }

    @Override
    public Output run(Input input, StepContext context) {
        Guest guest = Guest.of(nodes, targets, input, context);
        Backups backups = new Backups(guest, input.storage(), context.id());
        BackupLog log = new BackupLog(input.mode().name().toLowerCase(Locale.ROOT));
        TaskEnd end = (guest.resumed() ? begunBefore(guest, backups, log) : Optional.<TaskEnd>empty())
                .orElseGet(() -> take(input, guest, backups, log));
        Backups.Archive archive = backups.require();
        if (log.mode().equals("suspend") && !log.asAsked()) {
            context.log()
                    .info("The node took the backup in mode " + log.mode() + ", not " + input.mode()
                            + ": the storage of the container's volumes has no snapshots.");
        }
        return new Output(
                archive.volume(),
                archive.size(),
                log.mode(),
                log.asAsked(),
                archive.takenAt(),
                true,
                List.of("backed " + guest.describe() + " up to " + archive.volume()),
                end.warnings());
    }

    /** In this order: a task that is not running any more has listed its archive. */
    private static Optional<TaskEnd> begunBefore(Guest guest, Backups backups, BackupLog log) {
        Optional<TaskEnd> running = guest.followRunning(log::hear, TASK);
        return running.isPresent() ? running : backups.find().map(archive -> new BackupTasks(guest).of(archive, log));
    }

    private static TaskEnd take(Input input, Guest guest, Backups backups, BackupLog log) {
        guest.config();
        guest.requireUnlocked("backup");
        return guest.perform(
                log::hear, "POST", guest.nodePath("/vzdump"), form(input, guest, backups), TASK, "lxc backup");
    }

    private static Map<String, String> form(Input input, Guest guest, Backups backups) {
        Map<String, String> form = new TreeMap<>();
        form.put("vmid", Integer.toString(guest.vmid()));
        form.put("storage", input.storage());
        form.put("mode", input.mode().name().toLowerCase(Locale.ROOT));
        form.put("compress", input.compress().parameter);
        form.put("notes-template", backups.notes(input.notes()));
        if (input.protectedBackup()) {
            form.put("protected", "1");
        }
        return form;
    }
}
