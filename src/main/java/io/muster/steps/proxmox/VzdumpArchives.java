package io.muster.steps.proxmox;

import com.fasterxml.jackson.databind.JsonNode;
import io.muster.remote.ProxmoxNodes;
import io.muster.step.Reason;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.steps.GuestArchives;
import io.muster.steps.Targets;
import io.muster.steps.TokenRights;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;

/** Archives of vzdump, through the API: their files are read by the node only. */
@Component
final class VzdumpArchives implements GuestArchives {

    private static final Pattern LOCKED = Pattern.compile("is locked|can't lock file|got lock request timeout");
    private static final Pattern NO_SPACE = Pattern.compile("[Nn]o space left on device");
    /** A server's own words, of a change or an archive that it could not make out. */
    private static final String PROXMOX_ERROR = "ProxmoxError";

    private final Targets targets;
    private final ProxmoxNodes nodes;

    VzdumpArchives(Targets targets, ProxmoxNodes nodes) {
        this.targets = targets;
        this.nodes = nodes;
    }

    @Override
    public Look look(StepContext context, Order order) {
        Guest guest = guest(context, order.host());
        JsonNode config = guest.config();
        requireSight(guest, order.vzdump().storage());
        JsonNode storage = storage(guest, order.vzdump().storage());
        if (!List.of(storage.path("content").asText().split(",")).contains("backup")) {
            throw new StepFailure.Rejected(
                    Reason.INVALID_INPUT,
                    "The storage " + order.vzdump().storage() + " of node " + guest.node() + " keeps no backups, but "
                            + storage.path("content").asText()
                            + ". Name another one in `storage`, or let it have the content `backup`.");
        }
        return new Look(
                guest.describe(),
                guest.current().path("disk").asLong(),
                storage.path("avail").asLong(),
                left(config));
    }

    /** What is mounted there and not in the archive. */
    private static List<String> left(JsonNode config) {
        List<String> left = new ArrayList<>();
        config.properties().stream()
                .filter(option -> option.getKey().matches("mp\\d+"))
                .map(option -> PropertyText.parse(option.getValue().asText()))
                .filter(mount -> mount.getOrDefault(PropertyText.VOLUME, "").startsWith("/")
                        || !mount.getOrDefault("backup", "0").equals("1"))
                .forEach(mount -> left.add(mount.getOrDefault("mp", "?")));
        return left;
    }

    @Override
    public void take(StepContext context, Order order, Instant end) {
        Until until = new Until(context, end);
        Guest guest = guest(until, order.host());
        requireSight(guest, order.vzdump().storage());
        Backups backups = new Backups(guest, order.vzdump().storage(), order.mark());
        BackupLog log = new BackupLog(order.vzdump().mode());
        try {
            // In this order: a task that is not running any more has listed its archive.
            endOfRunning(guest);
            Optional<Backups.Archive> there = backups.find();
            if (there.isPresent() && !failed(guest, there.get())) {
                context.log().info(there.get().volume() + " was made before.");
                return;
            }
            there.ifPresent(archive -> delete(guest, archive));
            guest.config();
            guest.requireUnlocked("backup");
            guest.perform(
                    log::hear,
                    "POST",
                    guest.nodePath("/vzdump"),
                    form(order, guest, backups),
                    LxcBackup.TASK,
                    "vzdump");
        } catch (StepFailure failure) {
            throw explained(failure, until, guest, order, log);
        }
    }

    /** Of whatever of our backups runs there: what it makes is looked for afterwards. */
    private static void endOfRunning(Guest guest) {
        try {
            guest.followRunning(line -> {}, LxcBackup.TASK);
        } catch (StepFailure failure) {
            if (!failure.reason().equals(Reason.TASK_FAILED)) {
                throw failure;
            }
            guest.context().log().info("The backup that ran there came to nothing: " + failure.getMessage());
        }
    }

    private static boolean failed(Guest guest, Backups.Archive archive) {
        return new BackupTasks(guest)
                .exit(archive, new BackupLog(""))
                .filter(exit -> !succeeded(exit))
                .isPresent();
    }

    private static boolean succeeded(String exit) {
        return exit.equals("OK") || exit.startsWith("WARNINGS: ");
    }

    private static Map<String, String> form(Order order, Guest guest, Backups backups) {
        Map<String, String> form = new TreeMap<>();
        form.put("vmid", Integer.toString(guest.vmid()));
        form.put("storage", order.vzdump().storage());
        form.put("mode", order.vzdump().mode());
        form.put(
                "compress",
                LxcBackup.Compress.valueOf(order.vzdump().compress().toUpperCase(Locale.ROOT))
                        .parameter());
        form.put("notes-template", backups.notes(null));
        // What goes beyond the retention is the plan's, not the storage's: its own would take the last verified one.
        form.put("remove", "0");
        return form;
    }

    static StepFailure explained(StepFailure failure, Until until, Guest guest, Order order, BackupLog log) {
        if (until.up() && failure.reason().equals(Reason.CANCELLED)) {
            return new StepFailure.Rejected(
                    Reason.TIMED_OUT,
                    "the backup's time was up at " + until.end() + "; "
                            + failure.getMessage().replaceFirst("^The run was cancelled\\. ", ""),
                    failure);
        }
        if (!failure.reason().equals(Reason.TASK_FAILED)) {
            return failure;
        }
        if (NO_SPACE.matcher(log.error()).find()) {
            return new StepFailure.Rejected(
                    Reason.NO_SPACE,
                    "The storage " + order.vzdump().storage() + " of node " + guest.node()
                            + " (or what vzdump writes to"
                            + " meanwhile) became full while " + guest.describe()
                            + " was backed up. The node removes what it had written, and no backup came of it. Free or add"
                            + " space there, then retry. " + failure.getMessage(),
                    failure);
        }
        return LOCKED.matcher(log.error()).find()
                ? new StepFailure.Transient(
                        Reason.CONFLICT,
                        guest.describe() + " was not backed up, since something else holds its lock. Wait for that to"
                                + " end" + staleLock(guest, log) + ". " + failure.getMessage(),
                        failure)
                : failure;
    }

    /** A lock that timed out is one of a call or task that is at work: nothing of it can be removed. */
    private static String staleLock(Guest guest, BackupLog log) {
        return log.error().contains("is locked")
                ? "; a stale lock is removed with `pct unlock " + guest.vmid() + "`"
                : "";
    }

    @Override
    public Archive describe(StepContext context, Order order) {
        Guest guest = guest(context, order.host());
        requireSight(guest, order.vzdump().storage());
        Backups.Archive archive = new Backups(guest, order.vzdump().storage(), order.mark()).require();
        BackupLog log = new BackupLog(order.vzdump().mode());
        Optional<String> exit = new BackupTasks(guest).exit(archive, log);
        EmbeddedConfig config = EmbeddedConfig.of(guest, archive.volume());
        String hostname = guest.config().path("hostname").asText();
        List<String> wrong = new ArrayList<>();
        exit.filter(status -> !succeeded(status)).ifPresent(status -> wrong.add("its task ended with " + status));
        if (!log.sized(archive.size())) {
            wrong.add("it has " + archive.size() + " bytes, and its log says " + log.size());
        }
        if (!config.isOf(guest.vmid()) || !config.get("hostname").equals(hostname)) {
            wrong.add("the configuration in it is of `" + config.get("hostname") + "` with the root file system `"
                    + config.get("rootfs") + "`, not of `" + hostname + "`, " + guest.vmid());
        }
        if (!wrong.isEmpty()) {
            throw new StepFailure.Rejected(
                    Reason.TASK_FAILED,
                    "The archive " + archive.volume() + " of " + guest.describe() + " is no backup of it: "
                            + String.join("; ", wrong) + ". Look at the storage and the task on the node.");
        }
        String task =
                exit.map(status -> "task " + status).orElse("its task is not listed any more") + ", mode " + log.mode();
        return new Archive(
                guest.node(), guest.vmid(), hostname, archive.volume(), archive.size(), config.sha256(), task);
    }

    @Override
    public Optional<Archive> find(StepContext context, Order order) {
        Guest guest = guest(context, order.host());
        requireSight(guest, order.vzdump().storage());
        return new Backups(guest, order.vzdump().storage(), order.mark()).find().map(found -> {
            EmbeddedConfig config = EmbeddedConfig.of(guest, found.volume());
            return new Archive(
                    guest.node(),
                    guest.vmid(),
                    config.get("hostname"),
                    found.volume(),
                    found.size(),
                    config.sha256(),
                    "");
        });
    }

    @Override
    public List<Wrong> wrong(StepContext context, Archive archive) {
        Guest guest = guest(context, archive);
        String storage = storageOf(archive);
        requireSight(guest, storage);
        Optional<Backups.Archive> found = listed(guest, archive);
        if (found.isEmpty()) {
            storage(guest, storage);
            return List.of(new Wrong(
                    true,
                    "the archive " + archive.volume() + " is not in storage " + storage + " of node " + archive.node()
                            + " any more"));
        }
        List<String> wrong = new ArrayList<>();
        if (found.get().size() != archive.bytes()) {
            wrong.add("the archive " + archive.volume() + " has " + found.get().size() + " bytes instead of "
                    + archive.bytes());
        }
        if (found.get().verification().equals("failed")) {
            wrong.add("the backup server found " + archive.volume() + " damaged when it verified it");
        }
        configuration(guest, archive).ifPresent(wrong::add);
        return wrong.stream().map(what -> new Wrong(false, what)).toList();
    }

    private static Optional<String> configuration(Guest guest, Archive archive) {
        try {
            return EmbeddedConfig.of(guest, archive.volume()).sha256().equals(archive.config())
                    ? Optional.empty()
                    : Optional.of("the configuration in " + archive.volume() + " is not the one that was backed up");
        } catch (StepFailure e) {
            if (!Set.of(PROXMOX_ERROR, Reason.TASK_FAILED, Reason.INVALID_INPUT).contains(e.reason())) {
                throw e;
            }
            return Optional.of("the node cannot read the configuration in " + archive.volume() + ": " + e.getMessage());
        }
    }

    @Override
    public void remove(StepContext context, Archive archive) {
        Guest guest = guest(context, archive);
        requireSight(guest, storageOf(archive));
        listed(guest, archive).ifPresent(found -> delete(guest, found));
    }

    @Override
    public void removeMarked(StepContext context, Order order) {
        Guest guest = guest(context, order.host());
        requireSight(guest, order.vzdump().storage());
        Backups.all(guest, order.vzdump().storage()).stream()
                .filter(archive -> archive.notes().contains("[muster " + order.mark()))
                .forEach(archive -> delete(guest, archive));
    }

    private static void delete(Guest guest, Backups.Archive archive) {
        String volume = archive.volume();
        if (archive.protectedFromRemoval()) {
            guest.context()
                    .log()
                    .info(volume + " is protected on the node, so it stays there; it is no backup of a plan any more.");
            return;
        }
        String storage = volume.substring(0, volume.indexOf(':'));
        String path = "/storage/" + storage + "/content/" + URLEncoder.encode(volume, StandardCharsets.UTF_8);
        guest.perform("DELETE", guest.nodePath(path), Map.of(), "imgdel", "remove archive " + volume);
    }

    @Override
    public String tryOut(StepContext context, Archive archive, String hostname) {
        return new TrialGuest(guest(context, archive), hostname).make(archive.volume());
    }

    @Override
    public void removeTrial(StepContext context, String host, String hostname) {
        new TrialGuest(guest(context, host), hostname).remove();
    }

    private Guest guest(StepContext context, String host) {
        return new Guest(nodes, targets.lxc(context, host), host, context);
    }

    private Guest guest(StepContext context, Archive archive) {
        return new Guest(nodes, targets.lxc(context, archive.node(), archive.vmid()), archive.hostname(), context);
    }

    private static String storageOf(Archive archive) {
        return archive.volume().substring(0, archive.volume().indexOf(':'));
    }

    private static Optional<Backups.Archive> listed(Guest guest, Archive archive) {
        return Backups.all(guest, storageOf(archive)).stream()
                .filter(found -> found.volume().equals(archive.volume()))
                .findFirst();
    }

    /** Without these the node lists nothing, with 200. */
    private static void requireSight(Guest guest, String storage) {
        TokenRights rights = new TokenRights(guest.permissions());
        Map<String, Set<String>> missing = rights.missing(Map.of(
                "/vms/" + guest.vmid(), Set.of("VM.Backup"), "/storage/" + storage, Set.of("Datastore.AllocateSpace")));
        if (!missing.isEmpty()) {
            throw new StepFailure.Fatal(
                    Reason.PERMISSION_DENIED,
                    "The API token of node " + guest.node() + " is without " + TokenRights.text(missing)
                            + ", so that it neither backs " + guest.describe() + " up nor sees the archives in storage "
                            + storage
                            + ". That says nothing of what is kept there. Give it a role with them; a token with"
                            + " privilege separation has only what it was given itself.");
        }
    }

    private static JsonNode storage(Guest guest, String name) {
        for (JsonNode storage : guest.ofNode("/storage", Map.of())) {
            if (storage.path("storage").asText().equals(name)) {
                if (storage.path("active").asInt(1) == 0) {
                    throw new StepFailure.Transient(
                            Reason.HOST_UNREACHABLE,
                            "The storage " + name + " of node " + guest.node()
                                    + " is not active now, so nothing is known"
                                    + " of what it keeps. Activate it, then retry.");
                }
                return storage;
            }
        }
        throw new StepFailure.Rejected(
                Reason.INVALID_INPUT,
                "Node " + guest.node() + " has no storage `" + name
                        + "` that the API token may see. Correct `storage` in the inventory, or give the token"
                        + " Datastore.AllocateSpace on /storage/" + name + ".");
    }
}
