package io.muster.sandbox.proxmox;

import io.muster.sandbox.FileTrees;
import java.nio.file.Path;
import java.util.Map;

/** Containers made from a backup: the files from its archive, the configuration from within that. */
record Restoration(Site site, Boot boot) {

    Object start(ApiRequest request, int vmid, Map<String, String> options) {
        boolean there = site.containers().exists(vmid);
        if (there && !request.isSet("force")) {
            site.containers().requireAbsent(vmid);
        }
        if (there) {
            requireReplaceable(vmid);
        } else {
            site.containers().reserve(vmid, new ContainerConfig(Map.of("hostname", "CT" + vmid)));
        }
        return site.tasks().start("vzrestore", String.valueOf(vmid), request.token(), log -> site.containers()
                .exclusively(vmid, () -> restore(request, vmid, options, there, log)));
    }

    private void requireReplaceable(int vmid) {
        ContainerConfig config = site.containers().get(vmid);
        if (config.isSet("protection")) {
            throw ApiError.failed("unable to restore CT " + vmid + " - protection mode enabled");
        }
        Containers.requireUnlocked(config);
        if (site.backend().isRunning(vmid)) {
            throw ApiError.failed("unable to restore CT " + vmid + " - container is running");
        }
    }

    /** The files of one that is there are gone before the archive is read; where that fails, all that is left is its number. */
    private void restore(ApiRequest request, int vmid, Map<String, String> options, boolean there, TaskLog log) {
        boolean emptied = false;
        String volume = request.parameter("ostemplate").orElseThrow();
        if (there) {
            requireReplaceable(vmid);
            site.containers().update(vmid, config -> config.with(Map.of("lock", "create")));
        }
        try {
            Path archive = site.storage()
                    .file(volume)
                    .orElseThrow(() -> new TaskFailure(
                            "unable to restore CT " + vmid + " - volume '" + volume + "' does not exist"));
            log.line("recovering backed-up configuration from '" + volume + "'");
            ContainerConfig config = configuration(vmid, archive, options, request.isSet("unique"));
            site.tasks().locked("vzrestore");
            emptied = true;
            if (there) {
                site.backend().replace(vmid, config, log);
            } else {
                site.backend().create(vmid, config, log);
            }
            log.line("restoring '" + volume + "' now..");
            log.line("extracting archive '" + archive + "'");
            RootArchive.unpack(archive, site.backend().root(vmid));
            BackupConfig.removeFrom(site.backend().root(vmid));
            site.containers().replace(vmid, config);
        } catch (TaskFailure e) {
            log.line(e.getMessage());
            clean(vmid, there, emptied, log);
            throw e;
        }
        boot.startIfAsked(request, vmid, log);
    }

    private void clean(int vmid, boolean there, boolean emptied, TaskLog log) {
        if (!there) {
            site.backend().destroy(vmid, log);
            site.containers().remove(vmid);
        } else if (emptied) {
            FileTrees.empty(site.backend().root(vmid));
            site.containers().replace(vmid, new ContainerConfig(Map.of()));
        } else {
            site.containers().release(vmid);
        }
    }

    private static ContainerConfig configuration(int vmid, Path archive, Map<String, String> options, boolean unique) {
        BackupConfig backup = BackupConfig.in(archive);
        Map<String, String> values = backup.valuesFor(vmid, unique);
        Map<String, String> given = new java.util.TreeMap<>(options);
        given.remove("rootfs");
        given.remove("unprivileged");
        values.putAll(given);
        return ConfigChange.normalized(values);
    }
}
