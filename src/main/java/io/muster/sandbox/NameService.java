package io.muster.sandbox;

import io.muster.sandbox.dns.DnsRecord;
import io.muster.sandbox.dns.DnsServer;
import io.muster.sandbox.dns.Zones;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The zone of the sandbox, and the reverse one of its network. */
final class NameService implements SandboxService {

    private final DnsServer server;

    NameService(SandboxNetwork network) {
        String[] octets = network.prefix().split("\\.");
        List<DnsRecord> records = new ArrayList<>();
        for (Map.Entry<String, String> name : network.names().entrySet()) {
            records.add(DnsRecord.address(name.getKey(), address(name.getValue())));
        }
        this.server = new DnsServer(
                new InetSocketAddress(address(network.dns()), SandboxNetwork.DNS_PORT),
                Zones.of(SandboxNetwork.ZONE, List.of(octets[1] + "." + octets[0] + ".in-addr.arpa"), records));
    }

    @Override
    public void start() {
        server.start();
    }

    @Override
    public void close() {
        server.close();
    }

    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(literal + " is not an address", e);
        }
    }
}
