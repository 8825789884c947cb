package io.muster.sandbox.proxmox;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The list of nodes, which has one, and its status. */
final class NodeResource implements Resource {
    private final Site site;

    NodeResource(Site site) {
        this.site = site;
    }

    @Override
    public void enter(Router router) {
        router.add("GET", "/nodes", Parameters.none(), request -> List.of(summary(request.token())));
        router.add("GET", "/nodes/{node}/status", Parameters.none(), this::status);
    }

    /** Figures are shown only to those who may audit the node. */
    Map<String, Object> summary(ApiToken token) {
        Map<String, Object> node = new LinkedHashMap<>();
        node.put("id", "node/" + site.node());
        node.put("node", site.node());
        node.put("type", "node");
        node.put("status", "online");
        node.put("level", "");
        if (token.allows(site.path(), "Sys.Audit")) {
            Map<String, Long> memory = Machine.memory();
            Map<String, Long> disk = Machine.disk(site.directory());
            node.put("cpu", Machine.cpu());
            node.put("maxcpu", Machine.processors());
            node.put("mem", memory.get("used"));
            node.put("maxmem", memory.get("total"));
            node.put("disk", disk.get("used"));
            node.put("maxdisk", disk.get("total"));
            node.put("uptime", Machine.uptime());
        }
        return node;
    }

    private Object status(ApiRequest request) {
        request.require(site.path(), "Sys.Audit");
        Map<String, Object> kernel = Machine.kernel();
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("cpu", Machine.cpu());
        status.put("cpuinfo", Map.of("cpus", Machine.processors(), "sockets", 1, "user_hz", 100));
        status.put("current-kernel", kernel);
        status.put("kversion", kernel.get("sysname") + " " + kernel.get("release") + " " + kernel.get("version"));
        status.put("pveversion", "pve-manager/" + Site.VERSION + "/" + Site.REPOSITORY_ID);
        status.put("loadavg", Machine.loadAverage());
        status.put("memory", Machine.memory());
        status.put("swap", Machine.swap());
        status.put("rootfs", Machine.disk(site.directory()));
        status.put("uptime", Machine.uptime());
        status.put("idle", 0);
        status.put("wait", 0);
        return status;
    }
}
