package io.muster.sandbox;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Addresses and names: everything is below one prefix of the machine's loopback network.
 *
 * @param prefix two octets, {@code 127.77}
 */
public record SandboxNetwork(String prefix) {

    public static final String ZONE = "sandbox.test";
    static final String NODE = "proxima";
    static final String OUTSIDE = "outside-01";
    public static final int DNS_PORT = 5353;
    public static final int REGISTRY_PORT = 5000;
    public static final int PROXMOX_PORT = 8006;
    public static final int SSH_PORT = 2222;
    public static final int DOCKER_PORT = 2376;
    public static final int PROMETHEUS_PORT = 9090;

    private static final int HOSTS = 250;
    private static final Pattern PREFIX = Pattern.compile("127\\.([1-9]|[1-9]\\d|1\\d\\d|2[0-4]\\d|25[0-5])");

    /**
     * What a host is.
     *
     * @param hostClass core, monitoring or experimental
     */
    public record Machine(String name, String address, String hostClass, int vmid) {
        public String fullName() {
            return name + "." + ZONE;
        }
    }

    public SandboxNetwork {
        if (!PREFIX.matcher(prefix).matches()) {
            throw new IllegalArgumentException("The sandbox's network is '" + prefix
                    + "', but must be two octets of the loopback network, 127.1 to 127.255, such as 127.77.");
        }
    }

    public String dns() {
        return prefix + ".0.2";
    }

    public String registry() {
        return prefix + ".0.3";
    }

    public String proxmox() {
        return prefix + ".0.10";
    }

    /** The machine that the Proxmox VE node itself is. */
    Machine node() {
        return new Machine(NODE, proxmox(), "node", 0);
    }

    /** The machine that stands outside, and from which services are looked at. */
    Machine outside() {
        return new Machine(OUTSIDE, prefix + ".0.20", "outside", 0);
    }

    public List<Machine> machines() {
        List<Machine> machines = new ArrayList<>();
        for (String hostClass : List.of("core", "monitoring", "experimental")) {
            int number = machines.size() + 1;
            machines.add(new Machine(hostClass + "-01", prefix + ".1." + number, hostClass, 100 + number));
        }
        return machines;
    }

    /** The address of a container of this number that asks for none. */
    public String addressOf(int vmid) {
        return machines().stream()
                .filter(machine -> machine.vmid() == vmid)
                .map(Machine::address)
                .findFirst()
                .orElseGet(() -> prefix + "." + (2 + vmid / HOSTS % HOSTS) + "." + (vmid % HOSTS + 1));
    }

    /** Full names in the zone, to addresses. */
    public Map<String, String> names() {
        Map<String, String> names = new LinkedHashMap<>();
        names.put("registry." + ZONE, registry());
        names.put(NODE + "." + ZONE, proxmox());
        names.put(outside().fullName(), outside().address());
        machines().forEach(machine -> names.put(machine.fullName(), machine.address()));
        // What users of the service are told.
        names.put("notes." + ZONE, prefix + ".1.3");
        return names;
    }

    /** For the hosts files inside: full names, and the machines' short ones. */
    Map<String, String> hostsFile() {
        Map<String, String> names = names();
        machines().forEach(machine -> names.put(machine.name(), machine.address()));
        return names;
    }
}
