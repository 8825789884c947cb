package io.muster.steps.volume;

import io.muster.step.Reason;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.steps.HostShell;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Which directories go where.
 *
 * @param pairs in the order of the volumes
 */
record Move(String from, String to, List<Pair> pairs) {

    record Pair(String source, String target) {}

    /** @throws StepFailure InvalidInput when the two do not match */
    static Move of(String from, List<String> volumes, String to, List<String> toVolumes) {
        List<String> sources = Volumes.state(volumes);
        List<String> targets = Volumes.state(toVolumes);
        if (sources.size() != targets.size() || from.equals(to)) {
            throw new StepFailure.Rejected(
                    Reason.INVALID_INPUT,
                    "Volumes cannot be moved from " + from + " (" + String.join(", ", sources) + ") to " + to + " ("
                            + String.join(", ", targets) + "): two hosts, and as many volumes on each, are needed. Mend"
                            + " the inventory.");
        }
        return new Move(
                from,
                to,
                IntStream.range(0, sources.size())
                        .mapToObj(i -> new Pair(sources.get(i), targets.get(i)))
                        .toList());
    }

    static Trees.Digest digest(HostShell shell, StepContext context, String host, String volume) {
        return Trees.Digest.parse(
                shell.demand(context, host, Trees.DIGEST, Map.of("VOLUME", volume), "Reading " + volume));
    }
}
