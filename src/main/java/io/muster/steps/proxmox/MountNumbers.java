package io.muster.steps.proxmox;

import com.fasterxml.jackson.databind.JsonNode;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Finds the mounts that are wanted among those that a container has, by the path inside it: their numbers mean nothing, and an
 * empty volume put in a number's place would hide the data of another.
 */
final class MountNumbers {

    private static final String TARGET = "mp";

    private final Map<String, Map<String, String>> found = new TreeMap<>();
    private final List<String> problems = new ArrayList<>();

    private MountNumbers(JsonNode config) {
        config.fieldNames().forEachRemaining(option -> {
            if (option.matches("mp\\d+")) {
                found.put(option, PropertyText.parse(config.path(option).asText()));
            }
        });
    }

    /**
     * What is wanted, by the names that it has there; what is new keeps its own where that is free.
     *
     * @param wanted all mounts that shall be; empty where nothing is said about them
     * @throws StepFailure Rejected Conflict when data would have to be moved, replaced or taken out of sight
     */
    static Map<String, String> of(JsonNode config, Map<String, String> wanted) {
        return wanted.isEmpty() ? wanted : new MountNumbers(config).assigned(wanted);
    }

    private Map<String, String> assigned(Map<String, String> wanted) {
        Map<String, String> assigned = new LinkedHashMap<>();
        Map<String, String> unplaced = new LinkedHashMap<>();
        wanted.forEach((name, text) -> known(target(PropertyText.parse(text)))
                .ifPresentOrElse(
                        option -> {
                            Map<String, String> mount = PropertyText.parse(text);
                            requireSameVolume(option, mount);
                            mount.put(TARGET, found.get(option).get(TARGET));
                            assigned.put(option, PropertyText.join(mount));
                        },
                        () -> unplaced.put(name, text)));
        found.keySet().stream()
                .filter(option -> !assigned.containsKey(option))
                .forEach(option -> problems.add(described(option) + " is not wanted any more"));
        if (!problems.isEmpty()) {
            throw new StepFailure.Rejected(
                    Reason.CONFLICT,
                    "The container's mounts were left as they are: " + String.join("; ", problems)
                            + ". Moving, replacing or removing data is not done here. Give all mounts as they are, or change"
                            + " them on the node first (`pct move-volume`, `pct set ID --delete mpN`, after which the volume"
                            + " is there still as unused).");
        }
        unplaced.forEach((name, text) -> assigned.put(free(name, assigned), text));
        return assigned;
    }

    private Optional<String> known(String target) {
        return found.keySet().stream()
                .filter(option -> target(found.get(option)).equals(target))
                .findFirst();
    }

    private void requireSameVolume(String option, Map<String, String> wanted) {
        String there = volume(found.get(option));
        String asked = volume(wanted);
        if (!there.equals(asked) && !Meaning.sameStorage(there, asked)) {
            problems.add(described(option) + " shall be `" + asked + "`, which is not that volume");
        }
    }

    private String described(String option) {
        return option + " (`" + volume(found.get(option)) + "` at " + target(found.get(option)) + ")";
    }

    private String free(String name, Map<String, String> assigned) {
        String free = name;
        for (int number = 0; found.containsKey(free) || assigned.containsKey(free); number++) {
            free = TARGET + number;
        }
        return free;
    }

    private static String volume(Map<String, String> mount) {
        return mount.getOrDefault(PropertyText.VOLUME, "");
    }

    private static String target(Map<String, String> mount) {
        String path = mount.getOrDefault(TARGET, "").replaceAll("/+", "/");
        return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }
}
