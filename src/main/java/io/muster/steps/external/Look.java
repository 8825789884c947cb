package io.muster.steps.external;

import io.muster.inventory.External;
import io.muster.inventory.Vantage;
import io.muster.remote.OutsideProbe;
import io.muster.remote.OutsideProbe.NotSeen;
import io.muster.remote.SshHosts;
import io.muster.remote.TlsProbe;
import io.muster.steps.external.Seen.Criterion;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** One look from the vantage host at everything that is expected. */
final class Look {

    /** So often is it asked for "available": once may be luck. */
    private static final int ASKED = 3;

    private static final int MAX_BODY = 1 << 20;

    private final OutsideProbe probe;
    private final SshHosts.Target from;
    private final Vantage vantage;
    private final External expected;
    private final URI url;
    private final Duration limit;

    Look(OutsideProbe probe, SshHosts.Target from, Vantage vantage, External expected, Duration limit) {
        this.probe = probe;
        this.from = from;
        this.vantage = vantage;
        this.expected = expected;
        this.url = Expectation.url(expected);
        this.limit = limit;
    }

    List<Criterion> all(Instant now) {
        List<Criterion> found = new ArrayList<>();
        TreeSet<String> addresses = new TreeSet<>();
        found.add(names(addresses));
        String address = addresses.isEmpty() ? "" : addresses.first();
        found.addAll(answers(address));
        found.addAll(certificate(address, now));
        return found;
    }

    private Criterion names(TreeSet<String> addresses) {
        String text = "DNS resolves correctly from external resolvers";
        List<Optional<String>> resolvers = vantage.resolvers().isEmpty()
                ? List.of(Optional.empty())
                : vantage.resolvers().stream().map(Optional::of).toList();
        String name = expected.name().orElse(url.getHost());
        List<String> said = new ArrayList<>();
        boolean all = true;
        for (Optional<String> resolver : resolvers) {
            String who = resolver.orElse("the host's own");
            try {
                List<String> found = probe.addresses(from, name, resolver, limit);
                addresses.addAll(found);
                said.add(who + " says " + String.join(", ", found));
            } catch (NotSeen e) {
                all = false;
                said.add(who + " does not: " + e.getMessage());
            }
        }
        return new Criterion("dns", text, all, name + ": " + String.join("; ", said));
    }

    private List<Criterion> answers(String address) {
        boolean secure = "https".equalsIgnoreCase(url.getScheme());
        List<String> wrong = new ArrayList<>();
        Optional<OutsideProbe.Answer> first = Optional.empty();
        int answered = 0;
        String last = "";
        for (int i = 0; i < ASKED; i++) {
            try {
                OutsideProbe.Answer answer = get(address);
                first = first.or(() -> Optional.of(answer));
                List<String> found = Body.differences(expected, answer);
                wrong.addAll(found.stream().filter(one -> !wrong.contains(one)).toList());
                answered += found.isEmpty() ? 1 : 0;
            } catch (NotSeen e) {
                last = e.getMessage();
            }
        }
        String status = first.map(answer ->
                        "status " + answer.status() + " in " + answer.took().toMillis() + " ms")
                .orElse(last);
        String by = "from " + from.host().name() + ": ";
        return List.of(
                new Criterion(
                        "https",
                        "Service accessible via HTTPS from internet",
                        secure && first.isPresent(),
                        secure ? by + status : expected.url() + " is not https"),
                new Criterion(
                        "available",
                        "External testing service confirms availability",
                        answered == ASKED,
                        by + answered + " of " + ASKED + " requests answered as expected"
                                + (last.isEmpty() ? "" : "; " + last)),
                new Criterion(
                        "not-admin-network",
                        "Mobile data test passes (not admin network)",
                        first.isPresent(),
                        "connections left from " + from.host().name() + ", not from the server of Muster: " + status),
                new Criterion(
                        "responds",
                        "Service responds correctly to requests",
                        first.isPresent() && wrong.isEmpty(),
                        first.isEmpty() ? by + last : wrong.isEmpty() ? by + status : by + String.join("; ", wrong)));
    }

    private OutsideProbe.Answer get(String address) throws NotSeen {
        if (address.isEmpty()) {
            throw new NotSeen("there is no address to connect to");
        }
        return probe.get(from, url, address, limit, MAX_BODY);
    }

    private List<Criterion> certificate(String address, Instant now) {
        String trusted = "SSL certificate valid and trusted";
        String named = "SSL certificate is for the name";
        String lasting = "SSL certificate valid for " + Expectation.days(expected) + " days more";
        try {
            if (address.isEmpty()) {
                throw new NotSeen("there is no address to connect to");
            }
            int port = url.getPort() > 0 ? url.getPort() : 443;
            TlsProbe.Shown shown = probe.certificate(from, address, port, url.getHost(), limit);
            long days = ChronoUnit.DAYS.between(now, shown.own().notAfter());
            String whose = shown.own().subject() + " by " + shown.own().issuer();
            return List.of(
                    new Criterion(
                            "certificate",
                            trusted,
                            shown.trusted(),
                            whose + shown.distrust().map(why -> ": " + why).orElse("")),
                    new Criterion(
                            "certificate-name",
                            named,
                            shown.nameMatches(),
                            "it is for " + String.join(", ", shown.own().names())),
                    new Criterion(
                            "certificate-days",
                            lasting,
                            days >= Expectation.days(expected),
                            "until " + shown.own().notAfter() + ", " + days + " days"));
        } catch (NotSeen e) {
            return List.of(
                    new Criterion("certificate", trusted, false, e.getMessage()),
                    new Criterion("certificate-name", named, false, e.getMessage()),
                    new Criterion("certificate-days", lasting, false, e.getMessage()));
        }
    }
}
