package io.muster.sandbox.proxmox;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The list of containers, and their removal. */
final class ContainersResource implements Resource {
    private static final String CONTAINERS = "/nodes/{node}/lxc";

    private final Site site;
    private final ContainerView view;

    ContainersResource(Site site) {
        this.site = site;
        this.view = new ContainerView(site);
    }

    @Override
    public void enter(Router router) {
        Parameters removal = Parameters.none()
                .optional("force", ParameterType.flag())
                .optional("purge", ParameterType.flag())
                .optional("destroy-unreferenced-disks", ParameterType.flag());
        router.add("GET", CONTAINERS, Parameters.none(), this::list);
        router.add("DELETE", CONTAINERS + "/{vmid}", removal, this::destroy);
    }

    private Object list(ApiRequest request) {
        List<Map<String, Object>> entries = new ArrayList<>();
        site.containers().all().forEach((vmid, config) -> {
            if (request.token().allows("/vms/" + vmid, "VM.Audit")) {
                entries.add(view.entry(vmid, config));
            }
        });
        return entries;
    }

    private Object destroy(ApiRequest request) {
        int vmid = request.vmid();
        request.require("/vms/" + vmid, "VM.Allocate");
        requireRemovable(vmid, request.isSet("force"));
        return site.tasks().start("vzdestroy", String.valueOf(vmid), request.token(), log -> site.containers()
                .exclusively(vmid, () -> destroy(request, log)));
    }

    private void destroy(ApiRequest request, TaskLog log) {
        int vmid = request.vmid();
        requireRemovable(vmid, request.isSet("force"));
        if (site.backend().isRunning(vmid)) {
            log.line("forced to stop CT " + vmid + " before destroying!");
            site.backend().stop(vmid, log);
        }
        site.backend().destroy(vmid, log);
        site.snapshots().removeAll(vmid);
        site.containers().remove(vmid);
        if (request.isSet("purge")) {
            log.line("purging CT " + vmid + " from related configurations..");
        }
    }

    private void requireRemovable(int vmid, boolean force) {
        ContainerConfig config = site.containers().get(vmid);
        if (config.isSet("protection")) {
            throw ApiError.failed("can't remove CT " + vmid + " - protection mode enabled");
        }
        Containers.requireUnlocked(config);
        if (!force && site.backend().isRunning(vmid)) {
            throw ApiError.failed("unable to destroy CT " + vmid + " - container is running");
        }
    }
}
