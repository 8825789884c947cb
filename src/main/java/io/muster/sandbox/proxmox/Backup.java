package io.muster.sandbox.proxmox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;

/** One backup of one container, and what its log says. */
final class Backup {

    private static final DateTimeFormatter NAMED =
            DateTimeFormatter.ofPattern("yyyy_MM_dd-HH_mm_ss").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter SAID =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);
    private static final Duration SHUTDOWN = Duration.ofSeconds(60);

    /** What is asked for. */
    record Order(int vmid, String mode, RootArchive.Compression compression, String notes) {}

    private final Site site;
    private final Order order;
    private final TaskLog log;

    Backup(Site site, Order order, TaskLog log) {
        this.site = site;
        this.order = order;
        this.log = log;
    }

    void run() {
        int vmid = order.vmid();
        info("starting new backup job: vzdump " + vmid + " --mode " + order.mode() + " --node " + site.node());
        try {
            site.containers().exclusively(vmid, this::backUp);
        } catch (TaskFailure | ApiError e) {
            log.line("ERROR: Backup of VM " + vmid + " failed - " + e.getMessage());
            info("Failed at " + now());
            info("Backup job finished with errors");
            throw new TaskFailure("job errors");
        }
        info("Backup job finished successfully");
    }

    private void backUp() {
        int vmid = order.vmid();
        if (!site.containers().exists(vmid)) {
            throw new TaskFailure("unable to find VM '" + vmid + "'");
        }
        ContainerConfig config = site.containers().get(vmid);
        boolean running = site.backend().isRunning(vmid);
        info("Starting Backup of VM " + vmid + " (lxc)");
        info("Backup started at " + now());
        info("status = " + (running ? "running" : "stopped"));
        Containers.requireUnlocked(config);
        String mode = mode(config, running);
        info("backup mode: " + mode);
        info("CT Name: " + config.hostname(vmid));
        site.containers().update(vmid, known -> known.with(Map.of("lock", "backup")));
        boolean stopped = running && mode.equals("stop");
        try {
            site.tasks().locked("vzdump");
            if (stopped && !site.backend().shutdown(vmid, SHUTDOWN, log)) {
                throw new TaskFailure("shutdown timed out");
            }
            pack(config);
        } finally {
            site.containers().update(vmid, known -> known.without(List.of("lock")));
            if (stopped) {
                info("restarting vm");
                site.backend().start(vmid, config, log);
            }
        }
        info("Finished Backup of VM " + vmid);
    }

    /** Where a storage has no snapshots, another mode is taken, without a failure. */
    private String mode(ContainerConfig config, boolean running) {
        if (!running) {
            return "stop";
        }
        if (order.mode().equals("snapshot") && !Storages.canSnapshot(config)) {
            info("mode failure - some volumes do not support snapshots");
            info("trying 'suspend' mode instead");
            return "suspend";
        }
        return order.mode();
    }

    private void pack(ContainerConfig config) {
        int vmid = order.vmid();
        Path archive = archive(vmid);
        Path draft = archive.resolveSibling("." + archive.getFileName() + ".dat");
        Path root = site.backend().root(vmid);
        info("creating vzdump archive '" + archive + "'");
        try {
            BackupConfig.writeTo(root, config.without(List.of("lock")));
            RootArchive.pack(root, draft, order.compression(), BackupConfig.PLACE);
            site.storage().note(archive, order.notes().replace("{{guestname}}", config.hostname(vmid)));
            Files.move(draft, archive, StandardCopyOption.ATOMIC_MOVE);
            info("archive file size: " + Files.size(archive) / 1024 + "KB");
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + archive, e);
        } finally {
            BackupConfig.removeFrom(root);
            site.storage().delete(draft);
        }
    }

    /** Backups here may take less than the second that a real one's name is of. */
    private Path archive(int vmid) {
        Instant at = site.clock().instant();
        while (true) {
            Path archive = site.storage()
                    .dumps()
                    .resolve("vzdump-lxc-" + vmid + "-" + NAMED.format(at)
                            + order.compression().suffix());
            if (!Files.exists(archive)) {
                return archive;
            }
            at = at.plusSeconds(1);
        }
    }

    private void info(String text) {
        log.line("INFO: " + text);
    }

    private String now() {
        return SAID.format(site.clock().instant());
    }
}
