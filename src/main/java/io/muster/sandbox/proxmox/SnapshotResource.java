package io.muster.sandbox.proxmox;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Snapshots of a container: list, take, roll back, remove. */
final class SnapshotResource implements Resource {

    private static final String SNAPSHOTS = "/nodes/{node}/lxc/{vmid}/snapshot";
    private static final String ONE = SNAPSHOTS + "/{snapname}";

    private final Site site;

    SnapshotResource(Site site) {
        this.site = site;
    }

    @Override
    public void enter(Router router) {
        router.add("GET", SNAPSHOTS, Parameters.none(), this::list);
        router.add(
                "POST",
                SNAPSHOTS,
                Parameters.none()
                        .required("snapname", new ConfigurationId())
                        .optional("description", ParameterType.lines(8192)),
                this::take);
        router.add("GET", ONE + "/config", Parameters.none(), this::config);
        router.add(
                "POST", ONE + "/rollback", Parameters.none().optional("start", ParameterType.flag()), this::rollback);
        router.add("DELETE", ONE, Parameters.none().optional("force", ParameterType.flag()), this::remove);
    }

    private Object list(ApiRequest request) {
        int vmid = request.vmid();
        request.requireAny("/vms/" + vmid, List.of("VM.Audit", "VM.Snapshot", "VM.Snapshot.Rollback"));
        site.containers().get(vmid);
        List<Map<String, Object>> entries = new ArrayList<>();
        String parent = "";
        for (SnapshotFiles.Snapshot snapshot : site.snapshots().of(vmid)) {
            entries.add(entry(snapshot, parent));
            parent = snapshot.name();
        }
        Map<String, Object> now = new LinkedHashMap<>();
        now.put("name", "current");
        now.put("description", "You are here!");
        now.put("digest", site.containers().digest(vmid));
        now.put("running", site.backend().isRunning(vmid) ? 1 : 0);
        if (!parent.isEmpty()) {
            now.put("parent", parent);
        }
        entries.add(now);
        return entries;
    }

    private static Map<String, Object> entry(SnapshotFiles.Snapshot snapshot, String parent) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("name", snapshot.name());
        entry.put("snaptime", snapshot.time());
        entry.put("description", snapshot.config().get("snapdescription").orElse(""));
        if (!parent.isEmpty()) {
            entry.put("parent", parent);
        }
        return entry;
    }

    private Object config(ApiRequest request) {
        request.requireAny("/vms/" + request.vmid(), List.of("VM.Snapshot", "VM.Snapshot.Rollback", "VM.Audit"));
        return new LinkedHashMap<>(found(request).config().values());
    }

    private Object take(ApiRequest request) {
        int vmid = request.vmid();
        request.require("/vms/" + vmid, "VM.Snapshot");
        String name = request.parameter("snapname").orElseThrow();
        return task("vzsnapshot", request, () -> {
            ContainerConfig config = site.containers().get(vmid);
            Containers.requireUnlocked(config);
            if (!Storages.canSnapshot(config)) {
                throw new TaskFailure("snapshot feature is not available");
            }
            if (site.snapshots().find(vmid, name).isPresent()) {
                throw new TaskFailure("snapshot name '" + name + "' already used");
            }
            site.snapshots()
                    .take(
                            vmid,
                            name,
                            config,
                            site.clock().instant().getEpochSecond(),
                            request.parameter("description").orElse(""),
                            site.backend().root(vmid));
        });
    }

    private Object rollback(ApiRequest request) {
        int vmid = request.vmid();
        request.requireAny("/vms/" + vmid, List.of("VM.Snapshot", "VM.Snapshot.Rollback"));
        return site.tasks().start("vzrollback", String.valueOf(vmid), request.token(), log -> site.containers()
                .exclusively(vmid, () -> {
                    Containers.requireUnlocked(site.containers().get(vmid));
                    SnapshotFiles.Snapshot snapshot = inTask(request);
                    if (site.backend().isRunning(vmid)) {
                        site.backend().stop(vmid, log);
                    }
                    RootArchive.unpack(
                            site.snapshots().archive(vmid, snapshot.name()),
                            site.backend().root(vmid));
                    site.containers().replace(vmid, snapshot.original());
                    new Boot(site).startIfAsked(request, vmid, log);
                }));
    }

    private Object remove(ApiRequest request) {
        int vmid = request.vmid();
        request.require("/vms/" + vmid, "VM.Snapshot");
        return task("vzdelsnapshot", request, () -> {
            Containers.requireUnlocked(site.containers().get(vmid));
            site.snapshots().remove(vmid, inTask(request).name());
        });
    }

    private SnapshotFiles.Snapshot found(ApiRequest request) {
        String name = request.variable("snapname");
        return site.snapshots()
                .find(request.vmid(), name)
                .orElseThrow(() -> ApiError.failed("snapshot '" + name + "' does not exist"));
    }

    private SnapshotFiles.Snapshot inTask(ApiRequest request) {
        try {
            return found(request);
        } catch (ApiError e) {
            throw new TaskFailure(e.getMessage());
        }
    }

    private Object task(String type, ApiRequest request, Runnable work) {
        int vmid = request.vmid();
        return site.tasks().start(type, String.valueOf(vmid), request.token(), log -> site.containers()
                .exclusively(vmid, work));
    }
}
