package io.muster.sandbox.dns;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.xbill.DNS.Address;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.ReverseMap;
import org.xbill.DNS.Type;

/**
 * One record of a zone as a zone file would say it.
 *
 * @param name relative to the zone ({@code core-01}, {@code @} for the zone itself), or absolute: with a final dot, or
 *     ending with the zone's name
 * @param type {@code A}, {@code AAAA}, {@code CNAME}, {@code TXT}, {@code MX}, {@code SRV}, {@code PTR}, …
 * @param data for example {@code 127.77.1.1}, {@code 10 mail} or {@code 0 0 8080 core-01}; names as above
 */
public record DnsRecord(String name, String type, String data) {
    /** Seconds. Short, since a rehearsal changes names and looks again. */
    private static final int TTL = 5;

    /** The A or AAAA record of an address. */
    public static DnsRecord address(String name, InetAddress address) {
        return new DnsRecord(name, address instanceof Inet4Address ? "A" : "AAAA", address.getHostAddress());
    }

    /** The PTR record of an address; the name is absolute, with a final dot. */
    public static DnsRecord pointer(InetAddress address, String name) {
        return new DnsRecord(ReverseMap.fromAddress(address).toString(), "PTR", name);
    }

    Name nameIn(Name zone) {
        return absolute(name, zone);
    }

    Record in(Name zone) {
        int typeNumber = Type.value(type);
        if (typeNumber < 0) {
            throw new IllegalArgumentException("Unknown type '" + type + "' of the DNS record '" + name + "'");
        }
        try {
            return Record.fromString(absolute(name, zone), typeNumber, DClass.IN, TTL, data, zone);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "Bad data '" + data + "' of the DNS record '" + name + "' " + type + ": " + e.getMessage(), e);
        }
    }

    /** The pointer that belongs to an address record. */
    Record reverse(Name zone) {
        try {
            return pointer(Address.getByAddress(data), absolute(name, zone).toString())
                    .in(zone);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("Not an address in the DNS record '" + name + "': " + data, e);
        }
    }

    boolean isAddress() {
        return type.equals("A") || type.equals("AAAA");
    }

    private static Name absolute(String text, Name zone) {
        try {
            if (text.equals("@")) {
                return zone;
            }
            Name absolute = Name.fromString(text, Name.root);
            return absolute.subdomain(zone) ? absolute : Name.fromString(text, zone);
        } catch (IOException e) {
            throw new IllegalArgumentException("Not a DNS name: '" + text + "'", e);
        }
    }
}
