package io.muster.steps.drill;

import io.muster.step.RunTimes;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/** A span of time, and for how much of it somebody was waited for. */
record Waiting(Duration total, Duration people) {

    /** Tasks that waited at the same moment count once. */
    static Waiting in(Instant from, Instant to, List<RunTimes.Wait> waits) {
        Duration people = Duration.ZERO;
        Instant counted = from;
        for (RunTimes.Wait wait :
                waits.stream().sorted(Comparator.comparing(RunTimes.Wait::from)).toList()) {
            Instant begin = wait.from().isAfter(counted) ? wait.from() : counted;
            Instant end = wait.to().filter(to::isAfter).orElse(to);
            if (end.isAfter(begin)) {
                people = people.plus(Duration.between(begin, end));
                counted = end;
            }
        }
        return new Waiting(Duration.between(from, to), people);
    }

    long totalSeconds() {
        return seconds(total);
    }

    long peopleSeconds() {
        return Math.min(seconds(people), totalSeconds());
    }

    /** What the others leave: the parts add up for whoever reads them. */
    long machineSeconds() {
        return totalSeconds() - peopleSeconds();
    }

    /** Whole seconds, begun ones counted: what took a moment did not take none. */
    static long seconds(Duration time) {
        return time.getSeconds() + (time.getNano() > 0 ? 1 : 0);
    }

    String text() {
        return text(totalSeconds()) + ", of which " + text(peopleSeconds()) + " waiting for people";
    }

    static String text(long seconds) {
        if (seconds < 120) {
            return seconds + " s";
        }
        return seconds < 7200
                ? seconds / 60 + " min " + seconds % 60 + " s"
                : seconds / 3600 + " h " + seconds / 60 % 60 + " min";
    }
}
