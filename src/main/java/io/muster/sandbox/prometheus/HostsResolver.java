package io.muster.sandbox.prometheus;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;

/** Resolves names as a hosts file beside the machine's own resolver would. */
final class HostsResolver extends SystemDefaultDnsResolver {
    private final Map<String, String> hosts;

    HostsResolver(Map<String, String> hosts) {
        this.hosts = Map.copyOf(hosts);
    }

    @Override
    public InetAddress[] resolve(String name) throws UnknownHostException {
        String address = hosts.get(name);
        return address == null
                ? super.resolve(name)
                : new InetAddress[] {
                    InetAddress.getByAddress(
                            name, InetAddress.getByName(address).getAddress())
                };
    }
}
