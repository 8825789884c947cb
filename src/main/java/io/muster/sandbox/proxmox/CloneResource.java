package io.muster.sandbox.proxmox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Copies of containers. */
final class CloneResource implements Resource {

    private final Site site;

    CloneResource(Site site) {
        this.site = site;
    }

    @Override
    public void enter(Router router) {
        router.add(
                "POST",
                "/nodes/{node}/lxc/{vmid}/clone",
                Parameters.none()
                        .required("newid", Router.VMID)
                        .optional(
                                "hostname",
                                ConfigSchema.OPTIONS.type("hostname").orElseThrow())
                        .optional("description", ParameterType.lines(8192))
                        .optional("full", ParameterType.flag())
                        .optional("snapname", new ConfigurationId())
                        .optional("storage", ParameterType.text())
                        .optional("target", ParameterType.text())
                        .optional("pool", ParameterType.text())
                        .optional("bwlimit", ParameterType.number(0, Integer.MAX_VALUE)),
                this::copy);
    }

    private Object copy(ApiRequest request) {
        int vmid = request.vmid();
        int newId = request.number("newid", 0);
        request.require("/vms/" + vmid, "VM.Clone");
        request.require("/vms/" + newId, "VM.Allocate");
        request.require("/storage/" + StorageFiles.NAME, "Datastore.AllocateSpace");
        ContainerConfig original = site.containers().get(vmid);
        Containers.requireUnlocked(original);
        site.containers().requireAbsent(newId);
        Optional<SnapshotFiles.Snapshot> snapshot = request.parameter("snapname")
                .map(name -> site.snapshots()
                        .find(vmid, name)
                        .orElseThrow(() -> ApiError.failed("snapshot '" + name + "' does not exist")));
        if (snapshot.isEmpty() && site.backend().isRunning(vmid)) {
            throw ApiError.failed("Cannot do full clones on a running container without snapshots");
        }
        ContainerConfig copy = configuration(
                request, vmid, snapshot.map(SnapshotFiles.Snapshot::original).orElse(original));
        site.containers().reserve(newId, copy);
        return site.tasks().start("vzclone", String.valueOf(vmid), request.token(), log -> site.containers()
                .exclusively(newId, () -> copy(vmid, newId, copy, snapshot, log)));
    }

    private void copy(
            int vmid, int newId, ContainerConfig config, Optional<SnapshotFiles.Snapshot> snapshot, TaskLog log) {
        log.line("creating a clone of container " + vmid + " with ID " + newId);
        try {
            site.tasks().locked("vzclone");
            site.backend().create(newId, config, log);
            Path root = site.backend().root(newId);
            if (snapshot.isPresent()) {
                RootArchive.unpack(site.snapshots().archive(vmid, snapshot.get().name()), root);
            } else {
                Path draft = Files.createTempFile(site.directory(), "clone", ".tar");
                RootArchive.pack(site.backend().root(vmid), draft, RootArchive.Compression.NONE);
                RootArchive.unpack(draft, root);
                Files.delete(draft);
            }
            site.containers().release(newId);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot copy container " + vmid, e);
        } catch (TaskFailure e) {
            site.backend().destroy(newId, log);
            site.containers().remove(newId);
            throw e;
        }
    }

    private static ContainerConfig configuration(ApiRequest request, int vmid, ContainerConfig original) {
        int newId = request.number("newid", 0);
        Map<String, String> values = new TreeMap<>(Volumes.renamed(original.values(), vmid, newId));
        values.replaceAll(
                (option, value) -> option.matches("net\\d+") ? value.replaceAll(",?hwaddr=[^,]*", "") : value);
        values.remove("protection");
        request.parameter("hostname").ifPresent(hostname -> values.put("hostname", hostname));
        request.parameter("description").ifPresent(text -> values.put("description", text));
        return ConfigChange.normalized(values);
    }
}
