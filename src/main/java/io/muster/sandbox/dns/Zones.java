package io.muster.sandbox.dns;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.xbill.DNS.DClass;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Zone;

/** The zones of one server. Immutable. */
public final class Zones {
    private static final int TTL = 5;
    private static final int REFRESH = 3600;

    private final List<Zone> zones;

    private Zones(List<Zone> zones) {
        this.zones = zones;
    }

    /**
     * A forward zone and its reverse zones. Every address that lies in a reverse zone gets a PTR record to the first name
     * that has it, unless a PTR record for it is given.
     *
     * @param zone for example {@code sandbox.test}
     * @param reverse for example {@code 77.127.in-addr.arpa}
     * @throws IllegalArgumentException for a record that is malformed or lies in none of the zones
     */
    public static Zones of(String zone, Collection<String> reverse, Collection<DnsRecord> records) {
        Name forward = origin(zone);
        List<Name> origins = new ArrayList<>(List.of(forward));
        reverse.forEach(name -> origins.add(origin(name)));
        List<Record> all = withPointers(forward, origins, records);
        return new Zones(
                origins.stream().map(origin -> build(origin, forward, all)).toList());
    }

    /** The zone that answers for a name: the one with the longest matching end. */
    Optional<Zone> responsibleFor(Name name) {
        return zones.stream()
                .filter(zone -> name.subdomain(zone.getOrigin()))
                .max((a, b) -> a.getOrigin().labels() - b.getOrigin().labels());
    }

    private static List<Record> withPointers(Name forward, List<Name> origins, Collection<DnsRecord> records) {
        List<Record> all = new ArrayList<>();
        Set<Name> owners = new HashSet<>();
        for (DnsRecord record : records) {
            requireInside(record, forward, origins);
            all.add(record.in(forward));
            owners.add(record.nameIn(forward));
        }
        for (DnsRecord record : records) {
            if (record.isAddress()) {
                Record pointer = record.reverse(forward);
                if (inside(pointer.getName(), origins) && owners.add(pointer.getName())) {
                    all.add(pointer);
                }
            }
        }
        return all;
    }

    private static void requireInside(DnsRecord record, Name forward, List<Name> origins) {
        if (!inside(record.nameIn(forward), origins)) {
            throw new IllegalArgumentException(
                    "The DNS record '" + record.name() + "' lies in none of the zones " + origins);
        }
    }

    private static boolean inside(Name name, List<Name> origins) {
        return origins.stream().anyMatch(name::subdomain);
    }

    private static Zone build(Name origin, Name forward, List<Record> all) {
        Name server = child("ns", forward);
        Name contact = child("hostmaster", forward);
        List<Record> own = new ArrayList<>();
        own.add(new SOARecord(origin, DClass.IN, TTL, server, contact, 1, REFRESH, REFRESH, REFRESH, TTL));
        own.add(new NSRecord(origin, DClass.IN, TTL, server));
        all.stream().filter(record -> record.getName().subdomain(origin)).forEach(own::add);
        try {
            return new Zone(origin, own.toArray(Record[]::new));
        } catch (IOException e) {
            throw new IllegalArgumentException("Bad zone " + origin + ": " + e.getMessage(), e);
        }
    }

    private static Name origin(String text) {
        return child(text, Name.root);
    }

    private static Name child(String text, Name parent) {
        try {
            return Name.fromString(text, parent);
        } catch (IOException e) {
            throw new IllegalArgumentException("Not a DNS name: '" + text + "'", e);
        }
    }
}
