package io.muster.sandbox.proxmox;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The network interfaces inside a running container; a stopped one has none to show. */
final class InterfacesResource implements Resource {
    private final Site site;

    InterfacesResource(Site site) {
        this.site = site;
    }

    @Override
    public void enter(Router router) {
        router.add("GET", "/nodes/{node}/lxc/{vmid}/interfaces", Parameters.none(), this::interfaces);
    }

    private Object interfaces(ApiRequest request) {
        request.require("/vms/" + request.vmid(), "VM.Audit");
        ContainerConfig config = site.containers().get(request.vmid());
        if (!site.backend().isRunning(request.vmid())) {
            return null;
        }
        return site.backend().interfaces(request.vmid(), config).stream()
                .map(InterfacesResource::entry)
                .toList();
    }

    private static Map<String, Object> entry(ContainerBackend.NetworkInterface network) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("name", network.name());
        entry.put("hardware-address", network.hardwareAddress());
        entry.put("hwaddr", network.hardwareAddress());
        List<Map<String, String>> addresses =
                network.addresses().stream().map(InterfacesResource::address).toList();
        entry.put("ip-addresses", addresses);
        for (String cidr : network.addresses()) {
            entry.putIfAbsent(type(cidr), cidr);
        }
        return entry;
    }

    private static Map<String, String> address(String cidr) {
        String[] parts = cidr.split("/", 2);
        Map<String, String> address = new LinkedHashMap<>();
        address.put("ip-address", parts[0]);
        address.put("ip-address-type", type(cidr));
        address.put("prefix", parts[1]);
        return address;
    }

    private static String type(String cidr) {
        return cidr.contains(":") ? "inet6" : "inet";
    }
}
