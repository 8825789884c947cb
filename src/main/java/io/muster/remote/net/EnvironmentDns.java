package io.muster.remote.net;

import io.muster.inventory.Inventory;
import io.muster.remote.NameResolver;
import io.muster.step.StepFailure;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.apache.hc.client5.http.DnsResolver;

/** Names as an environment sees them, for HTTP clients. */
final class EnvironmentDns implements DnsResolver {

    private final NameResolver names;
    private final Inventory.Environment environment;

    EnvironmentDns(NameResolver names, Inventory.Environment environment) {
        this.names = names;
        this.environment = environment;
    }

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        try {
            return names.addresses(environment, host).toArray(InetAddress[]::new);
        } catch (StepFailure e) {
            UnknownHostException unknown = new UnknownHostException(host);
            unknown.initCause(e);
            throw unknown;
        }
    }

    @Override
    public String resolveCanonicalHostname(String host) {
        return host;
    }
}
