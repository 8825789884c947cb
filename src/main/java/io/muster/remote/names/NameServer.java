package io.muster.remote.names;

import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.xbill.DNS.ExtendedResolver;
import org.xbill.DNS.Lookup;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.ReverseMap;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/** A DNS server that is asked anew each time: what a check sees must be what is served now, not what was cached. */
final class NameServer {

    private static final Duration TIMEOUT = Duration.ofSeconds(3);
    private static final int ATTEMPTS = 2;
    private static final int PORT = 53;

    private final String text;
    private final Resolver resolver;

    private NameServer(String text, Resolver resolver) {
        this.text = text;
        this.resolver = resolver;
        resolver.setTimeout(TIMEOUT);
    }

    /** @param text host, host:port, or [address]:port */
    static NameServer at(String text) {
        int colon = text.lastIndexOf(':');
        boolean port = colon > 0 && (text.indexOf(':') == colon || text.charAt(colon - 1) == ']');
        String host = port ? text.substring(0, colon) : text;
        try {
            int number = port ? Integer.parseInt(text.substring(colon + 1)) : PORT;
            InetAddress address = Literals.address(host).orElse(null);
            if (address == null) {
                address = InetAddress.getByName(host);
            }
            return new NameServer(text, new SimpleResolver(new InetSocketAddress(address, number)));
        } catch (UnknownHostException | IllegalArgumentException e) {
            throw new StepFailure.Rejected(
                    Reason.INVALID_INPUT,
                    "The name server `" + text + "` is not an address or a known name, with or without :port.",
                    e);
        }
    }

    static NameServer ofTheMachine() {
        return new NameServer("of this machine", new ExtendedResolver());
    }

    /** The records of a type; none when the name exists without such. CNAMEs are followed. */
    List<Record> ask(String name, int type) {
        Lookup lookup = new Lookup(wire(name, type), type);
        lookup.setResolver(resolver);
        lookup.setCache(null);
        lookup.setHostsFileParser(null);
        lookup.setSearchPath((Name[]) null);
        for (int attempt = 1; ; attempt++) {
            Record[] found = lookup.run();
            switch (lookup.getResult()) {
                case Lookup.SUCCESSFUL -> {
                    return List.of(found);
                }
                case Lookup.TYPE_NOT_FOUND -> {
                    return List.of();
                }
                case Lookup.HOST_NOT_FOUND -> throw new StepFailure.Rejected(
                        DnsNames.NAME_NOT_FOUND,
                        "The name " + name + " does not exist, says name server " + this
                                + "; correct the name or its zone.");
                default -> {
                    if (attempt == ATTEMPTS) {
                        throw silent(name, type, lookup);
                    }
                }
            }
        }
    }

    private StepFailure silent(String name, int type, Lookup lookup) {
        return new StepFailure.Transient(
                Reason.HOST_UNREACHABLE,
                "Name server " + this + " gave no answer for " + name + " (" + Type.string(type) + "): "
                        + Optional.ofNullable(lookup.getErrorString()).orElse("it failed")
                        + "; check that it runs, is reachable from here, and may be asked for this name.");
    }

    private static Name wire(String name, int type) {
        try {
            if (type == Type.PTR && Literals.address(name).isPresent()) {
                return ReverseMap.fromAddress(Literals.address(name).get());
            }
            return Name.fromString(name, Name.root);
        } catch (TextParseException e) {
            throw new StepFailure.Rejected(
                    Reason.INVALID_INPUT, "`" + name + "` is not a DNS name: " + e.getMessage() + ".", e);
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
