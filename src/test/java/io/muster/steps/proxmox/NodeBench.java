package io.muster.steps.proxmox;

import io.muster.inventory.Inventory;
import io.muster.inventory.SecretRef;
import io.muster.remote.ProxmoxNodes;
import io.muster.sandbox.ca.CertificateAuthority;
import io.muster.sandbox.proxmox.RunningProxmox;
import io.muster.steps.Bench;
import io.muster.steps.TestEngineHost;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The steps, and a node of the sandbox with container 103. */
final class NodeBench implements AutoCloseable {

    static final String NODE = "proxima";

    final Bench bench;
    final RunningProxmox proxmox;

    NodeBench(Path directory) {
        CertificateAuthority authority = CertificateAuthority.in(directory.resolve("ca"), Clock.systemUTC());
        proxmox = new RunningProxmox(directory, authority);
        bench = new Bench(directory.resolve("data"));
        bench.secrets.put("proxmox-token", RunningProxmox.SECRET);
        bench.nodes.put(
                NODE,
                new Inventory.Node(
                        NODE,
                        proxmox.localUrl(),
                        NODE,
                        RunningProxmox.TOKEN_ID,
                        new SecretRef("proxmox-token"),
                        List.of(authority.pem())));
        host("experimental-01", 103);
    }

    /** A host of the inventory, whether or not the node has it. */
    void host(String name, int vmid) {
        Inventory.Host plain = TestEngineHost.host(name, Optional.empty());
        bench.hosts.put(
                name,
                new Inventory.Host(
                        name,
                        plain.ssh(),
                        plain.containerClass(),
                        Optional.of(new Inventory.Lxc(NODE, vmid)),
                        plain.docker(),
                        List.of()));
    }

    /** As the node gives it. */
    String config(int vmid, String option) {
        return bench.get(ProxmoxNodes.class)
                .get(
                        bench.environment(),
                        bench.nodes.get(NODE),
                        "/nodes/" + NODE + "/lxc/" + vmid + "/config",
                        Map.of())
                .path(option)
                .asText("");
    }

    static Map<String, String> with(String... input) {
        Map<String, String> map = new HashMap<>();
        for (int i = 0; i < input.length; i += 2) {
            map.put(input[i], input[i + 1]);
        }
        return map;
    }

    /** A small container that can be created. */
    static Map<String, String> small(String... more) {
        Map<String, String> input = with("template", RunningProxmox.TEMPLATE, "storage", "local", "rootfsSize", "1");
        input.putAll(with(more));
        return input;
    }

    @Override
    public void close() {
        bench.close();
        proxmox.close();
    }
}
