package io.muster.sandbox.proxmox;

import java.util.Map;

/** Volumes that grow. What a volume may hold is recorded, not enforced, so that nothing else happens. */
final class ResizeResource implements Resource {

    private final Site site;

    ResizeResource(Site site) {
        this.site = site;
    }

    @Override
    public void enter(Router router) {
        router.add(
                "PUT",
                "/nodes/{node}/lxc/{vmid}/resize",
                Parameters.none()
                        .required("disk", ParameterType.format("rootfs|mp\\d+", "no such volume"))
                        .required("size", ParameterType.format("\\+?\\d+(\\.\\d+)?[KMGT]?", "no size"))
                        .optional("digest", ParameterType.text(40)),
                this::resize);
    }

    private Object resize(ApiRequest request) {
        int vmid = request.vmid();
        request.require("/vms/" + vmid, "VM.Config.Disk");
        ContainerConfig config = site.containers().get(vmid);
        Containers.requireUnlocked(config);
        String disk = request.parameter("disk").orElseThrow();
        String volume = config.get(disk).orElseThrow(() -> ApiError.failed("disk '" + disk + "' does not exist"));
        String size = Volumes.grown(volume, request.parameter("size").orElseThrow());
        return site.tasks().start("resize", String.valueOf(vmid), request.token(), log -> site.containers()
                .exclusively(vmid, () -> {
                    site.containers().update(vmid, now -> now.with(Map.of(disk, size)));
                    log.line("Image resized.");
                }));
    }
}
