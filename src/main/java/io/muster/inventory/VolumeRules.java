package io.muster.inventory;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Volumes of one service. */
final class VolumeRules {

    private VolumeRules() {}

    static void check(List<Place> volumes) {
        Map<String, String> targets = new HashMap<>();
        for (Place volume : volumes) {
            volume.text().ifPresent(text -> {
                Optional<String> problem = problem(text);
                problem.ifPresent(p -> volume.problem("'" + Shown.text(text) + "' " + p));
                if (problem.isEmpty()) {
                    duplicate(volume, text, targets);
                }
            });
        }
    }

    private static Optional<String> problem(String text) {
        String[] parts = text.split(":", -1);
        if (parts.length == 3 && !parts[2].equals("ro")) {
            return Optional.of("has the option '" + Shown.text(parts[2]) + "'; only ro is allowed.");
        }
        Optional<String> source = Notation.pathProblem(parts[0]).map(p -> "has a source that " + p + ".");
        Optional<String> target = Notation.pathProblem(parts[1]).map(p -> "has a target that " + p + ".");
        if (source.isEmpty() && target.isEmpty() && Notation.path(parts[1]).equals("/")) {
            return Optional.of("has the container's root as its target; name a directory in it.");
        }
        return source.or(() -> target);
    }

    private static void duplicate(Place volume, String text, Map<String, String> targets) {
        String target = Notation.volume(text).target();
        String other = targets.putIfAbsent(target, volume.key());
        if (other != null) {
            volume.problem(
                    "'" + Shown.text(target) + "' is the target of volumes[" + other + "] already; mount it once.");
        }
    }
}
