package io.muster.sandbox.proxmox;

import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Containers as lists and status show them. */
final class ContainerView {
    private static final List<String> PRESSURES = Arrays.asList(
            "pressurecpufull",
            "pressurecpusome",
            "pressureiofull",
            "pressureiosome",
            "pressurememoryfull",
            "pressurememorysome");

    private final Site site;

    ContainerView(Site site) {
        this.site = site;
    }

    /** An entry of {@code /nodes/{node}/lxc}. */
    Map<String, Object> entry(int vmid, ContainerConfig config) {
        ContainerState state = site.backend().state(vmid);
        Map<String, Object> entry = usage(vmid, config, state);
        entry.put("cpus", config.cores(Machine.processors()));
        entry.put("maxswap", config.swapBytes());
        entry.put("swap", 0);
        if (config.isSet("template")) {
            entry.put("template", 1);
        }
        state.running().ifPresent(running -> entry.put("pid", running.pid()));
        return entry;
    }

    /** {@code status/current}. */
    Map<String, Object> current(int vmid, ContainerConfig config) {
        Map<String, Object> current = entry(vmid, config);
        current.put("ha", Map.of("managed", 0));
        if (current.containsKey("pid")) {
            PRESSURES.forEach(pressure -> current.put(pressure, null));
        }
        return current;
    }

    /** An entry of {@code /cluster/resources}. */
    Map<String, Object> resource(int vmid, ContainerConfig config) {
        Map<String, Object> resource = usage(vmid, config, site.backend().state(vmid));
        resource.put("id", "lxc/" + vmid);
        resource.put("node", site.node());
        resource.put("maxcpu", config.cores(Machine.processors()));
        resource.put("memhost", resource.get("mem"));
        resource.put("template", config.isSet("template") ? 1 : 0);
        return resource;
    }

    private Map<String, Object> usage(int vmid, ContainerConfig config, ContainerState state) {
        Map<String, Object> usage = new LinkedHashMap<>();
        usage.put("vmid", vmid);
        usage.put("type", "lxc");
        usage.put("name", config.hostname(vmid));
        usage.put("status", state.isRunning() ? "running" : "stopped");
        usage.put("cpu", 0);
        usage.put("disk", state.running().map(ContainerState.Running::disk).orElse(0L));
        usage.put("maxdisk", config.diskBytes());
        usage.put("mem", state.running().map(ContainerState.Running::memory).orElse(0L));
        usage.put("maxmem", config.memoryBytes());
        usage.put("uptime", state.running().map(this::uptime).orElse(0L));
        List.of("diskread", "diskwrite", "netin", "netout").forEach(counter -> usage.put(counter, 0));
        config.lock().ifPresent(lock -> usage.put("lock", lock));
        config.get("tags").ifPresent(tags -> usage.put("tags", tags));
        return usage;
    }

    private long uptime(ContainerState.Running running) {
        return Math.max(
                0, Duration.between(running.since(), site.clock().instant()).toSeconds());
    }
}
