package io.muster.remote.net;

import java.net.InetAddress;
import org.apache.hc.client5.http.DnsResolver;

/** For connections that are no network connections. */
final class LoopbackDns implements DnsResolver {
    @Override
    public InetAddress[] resolve(String host) {
        return new InetAddress[] {InetAddress.getLoopbackAddress()};
    }

    @Override
    public String resolveCanonicalHostname(String host) {
        return host;
    }
}
