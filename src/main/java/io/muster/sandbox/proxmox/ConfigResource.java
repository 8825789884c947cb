package io.muster.sandbox.proxmox;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The configuration of a container. */
final class ConfigResource implements Resource {
    private static final String CONTAINER = "/nodes/{node}/lxc/{vmid}/";
    private static final int DIGEST_LENGTH = 40;
    private static final List<String> ANY_CHANGE =
            List.of("VM.Config.Disk", "VM.Config.CPU", "VM.Config.Memory", "VM.Config.Network", "VM.Config.Options");

    private final Site site;

    ConfigResource(Site site) {
        this.site = site;
    }

    @Override
    public void enter(Router router) {
        Parameters read = Parameters.none()
                .optional("current", ParameterType.flag())
                .optional("snapshot", ParameterType.text(DIGEST_LENGTH));
        Parameters change = ConfigSchema.OPTIONS
                .optional("delete", ParameterType.text())
                .optional("digest", ParameterType.text(DIGEST_LENGTH));
        router.add("GET", CONTAINER + "config", read, this::config);
        router.add("GET", CONTAINER + "pending", Parameters.none(), this::pending);
        router.add("PUT", CONTAINER + "config", change, this::change);
    }

    private Object config(ApiRequest request) {
        request.require("/vms/" + request.vmid(), "VM.Audit");
        request.parameter("snapshot").ifPresent(name -> {
            throw ApiError.failed("snapshot '" + name + "' does not exist");
        });
        return values(request.vmid());
    }

    /** Changes take effect at once here, so that none is ever pending. */
    private Object pending(ApiRequest request) {
        request.require("/vms/" + request.vmid(), "VM.Audit");
        return values(request.vmid()).entrySet().stream()
                .map(entry -> Map.of("key", entry.getKey(), "value", entry.getValue()))
                .toList();
    }

    private Object change(ApiRequest request) {
        int vmid = request.vmid();
        request.requireAny("/vms/" + vmid, ANY_CHANGE);
        ConfigChange change = ConfigChange.of(request.parameters());
        ContainerConfig changed = site.containers().update(vmid, config -> {
            change.requirePermitted(request, vmid, config);
            Containers.requireUnlocked(site.containers().get(vmid));
            requireUnmodified(request, vmid);
            return change.applyTo(vmid, config);
        });
        site.backend().reconfigure(vmid, changed);
        return null;
    }

    private void requireUnmodified(ApiRequest request, int vmid) {
        request.parameter("digest").ifPresent(digest -> {
            if (!digest.equals(site.containers().digest(vmid))) {
                throw ApiError.failed("detected modified configuration - file changed by other user? Try again.");
            }
        });
    }

    private Map<String, Object> values(int vmid) {
        Map<String, Object> values = new LinkedHashMap<>();
        site.containers().get(vmid).values().forEach((option, text) -> values.put(option, json(option, text)));
        values.put("digest", site.containers().digest(vmid));
        return values;
    }

    private static Object json(String option, String text) {
        return ConfigSchema.OPTIONS.type(option).map(type -> type.json(text)).orElse(text);
    }
}
