package io.muster.steps.target;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Judges what a host said of itself. */
final class HostVerdicts {

    private static final String COMPLETE = "an answer to every question";

    private final String name;
    private final HostFacts facts;
    private final TargetCheck.Input wanted;
    private final List<Finding> findings;

    HostVerdicts(String name, HostFacts facts, TargetCheck.Input wanted, List<Finding> findings) {
        this.name = name;
        this.facts = facts;
        this.wanted = wanted;
        this.findings = findings;
    }

    void all(List<String> paths, Instant asked, Instant answered) {
        if (facts.text("uid").isEmpty()) {
            findings.add(Finding.bad(
                    name,
                    "Login shell",
                    "no answer to `id`",
                    COMPLETE,
                    "Give the user a POSIX shell as login shell (dash, bash or ash), and look what its profile does."));
            return;
        }
        findings.add(Finding.good(name, "Login shell", text("shell"), "a POSIX shell"));
        findings.add(Finding.good(name, "System", text("kernel") + ", " + text("system"), "known"));
        clock(asked, answered);
        paths.forEach(this::space);
        findings.add(OutputPlace.judge(name, facts.placesKib()));
    }

    private String text(String fact) {
        return facts.text(fact).isEmpty() ? "not said" : facts.text(fact);
    }

    private void clock(Instant asked, Instant answered) {
        String limit = "at most " + wanted.clockDifference() + " from the server's";
        Optional<Duration> difference = facts.seconds().map(seconds -> HostLook.difference(seconds, asked, answered));
        boolean ok = difference
                .filter(found -> found.compareTo(wanted.clockDifference()) <= 0)
                .isPresent();
        String found = difference.map(Duration::toString).orElse("not said");
        findings.add(
                ok
                        ? Finding.good(name, "Clock difference", found, limit)
                        : Finding.bad(
                                name,
                                "Clock difference",
                                found,
                                limit,
                                "Set the clock by a time server (timedatectl set-ntp true), here or there."));
    }

    private void space(String path) {
        String check = "Free space on " + path;
        String limit = "at least " + wanted.minimumFree();
        Optional<Long> free = facts.freeKib().getOrDefault(path, Optional.empty());
        if (free.isEmpty()) {
            findings.add(Finding.bad(
                    name, check, "the path is not there", limit, "Create it, or mount what belongs there."));
        } else if (free.get() * 1024 < wanted.minimumFree().bytes()) {
            findings.add(Finding.bad(name, check, HostLook.size(free.get()), limit, "Free or add space."));
        } else {
            findings.add(Finding.good(name, check, HostLook.size(free.get()), limit));
        }
    }
}
