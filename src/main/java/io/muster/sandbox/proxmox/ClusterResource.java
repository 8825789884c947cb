package io.muster.sandbox.proxmox;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What spans nodes: all resources in one list, and the next free id. */
final class ClusterResource implements Resource {
    private static final int FIRST_ID = 100;
    private static final ParameterType VMID = ParameterType.integer(FIRST_ID, 999_999_999);

    private final Site site;
    private final NodeResource nodes;
    private final StorageResource storages;
    private final ContainerView view;

    ClusterResource(Site site, NodeResource nodes, StorageResource storages) {
        this.site = site;
        this.nodes = nodes;
        this.storages = storages;
        this.view = new ContainerView(site);
    }

    @Override
    public void enter(Router router) {
        router.add(
                "GET",
                "/cluster/resources",
                Parameters.none().optional("type", ParameterType.oneOf("vm", "storage", "node", "sdn")),
                this::resources);
        router.add("GET", "/cluster/nextid", Parameters.none().optional("vmid", VMID), this::nextId);
    }

    private Object resources(ApiRequest request) {
        List<Object> resources = new ArrayList<>();
        if (wanted(request, "vm")) {
            site.containers().all().forEach((vmid, config) -> {
                if (request.token().allows("/vms/" + vmid, "VM.Audit")) {
                    resources.add(view.resource(vmid, config));
                }
            });
        }
        if (wanted(request, "node")) {
            Map<String, Object> node = new LinkedHashMap<>(nodes.summary(request.token()));
            node.put("cgroup-mode", 2);
            resources.add(node);
        }
        if (wanted(request, "storage")) {
            resources.addAll(storages.resources(request.token()));
        }
        return resources;
    }

    private static boolean wanted(ApiRequest request, String type) {
        return request.parameter("type").map(type::equals).orElse(true);
    }

    /** Reserves nothing. The answer is text, not a number. */
    private Object nextId(ApiRequest request) {
        if (request.parameter("vmid").isPresent()) {
            int asked = request.number("vmid", FIRST_ID);
            if (site.containers().exists(asked)) {
                throw ApiError.badParameter("vmid", "VM " + asked + " already exists");
            }
            return String.valueOf(asked);
        }
        int next = FIRST_ID;
        while (site.containers().exists(next)) {
            next++;
        }
        return String.valueOf(next);
    }
}
