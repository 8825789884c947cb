package io.muster.steps.proxmox;

import com.fasterxml.jackson.databind.JsonNode;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import io.muster.steps.TokenRights;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * A container that an archive is restored into to see whether it can be. It is never started: it has the addresses of the one that was
 * backed up, and the directories of the node that are mounted there.
 */
final class TrialGuest {

    static final String RESTORE = "vzrestore";
    private static final String EFFECT = "lxc restore test";
    private static final int TRIES = 10;
    /** What it is given otherwise, what the node adds, and what is in no archive. */
    private static final Pattern OTHER =
            Pattern.compile("hostname|onboot|protection|digest|lock|parent|snaptime|unused\\d+|lxc(\\..*)?");

    private static final Pattern NET = Pattern.compile("net\\d+");

    private final Guest original;
    private final String hostname;

    /** @param original any container of the node */
    TrialGuest(Guest original, String hostname) {
        this.original = original;
        this.hostname = hostname;
    }

    /** @return what was compared, in words */
    String make(String volume) {
        remove();
        EmbeddedConfig wanted = EmbeddedConfig.of(original, volume);
        Guest trial = restored(volume, wanted);
        JsonNode config = trial.config();
        trial.requireHostname(config, hostname);
        List<String> differences = differences(wanted, config);
        if (!differences.isEmpty()) {
            throw new StepFailure.Rejected(
                    Reason.CHECK_FAILED,
                    "The container that " + volume + " was restored into, " + trial.key()
                            + ", is not the one that was backed up: " + String.join("; ", differences)
                            + ". It is removed again.");
        }
        return volume + " was restored into container " + trial.key() + " (not started), all of it read by the node; "
                + compared(wanted).size() + " options of its configuration are as in the archive";
    }

    private Guest restored(String volume, EmbeddedConfig wanted) {
        for (int attempt = 1; ; attempt++) {
            Guest trial = original.sibling(original.nextFreeNumber());
            requireSight(trial);
            try {
                trial.perform("POST", trial.nodePath("/lxc"), form(trial, volume, wanted), RESTORE, EFFECT);
                return trial;
            } catch (StepFailure e) {
                boolean taken =
                        e.reason().equals(Reason.CONFLICT) && e.getMessage().contains("already exists");
                if (attempt == TRIES || !taken) {
                    throw e;
                }
                trial.context().log().info("Number " + trial.vmid() + " was taken meanwhile; asking again.");
            }
        }
    }

    /** What may be made and not be seen would be left behind. */
    private static void requireSight(Guest trial) {
        Map<String, Set<String>> missing = new TokenRights(trial.permissions())
                .missing(Map.of("/vms/" + trial.vmid(), Set.of("VM.Allocate", "VM.Audit")));
        if (!missing.isEmpty()) {
            throw new StepFailure.Fatal(
                    Reason.PERMISSION_DENIED,
                    "The API token of node " + trial.node() + " is without " + TokenRights.text(missing)
                            + ", so no container is made there to restore into. Give it a role with them on /vms: the number"
                            + " is the next free one.");
        }
    }

    /** It neither starts with the node nor keeps us from removing it; its interfaces have no address and no link, whoever starts it. */
    private Map<String, String> form(Guest trial, String volume, EmbeddedConfig wanted) {
        Map<String, String> form = new TreeMap<>();
        form.put("vmid", Integer.toString(trial.vmid()));
        form.put("ostemplate", volume);
        form.put("restore", "1");
        form.put("storage", wanted.storage());
        form.put("hostname", hostname);
        form.put("unique", "1");
        form.put("onboot", "0");
        form.put("protection", "0");
        wanted.options().forEach((name, text) -> {
            if (NET.matcher(name).matches()) {
                form.put(name, PropertyText.join(cable(text)) + ",ip=manual,link_down=1");
            }
        });
        return form;
    }

    private static Map<String, String> cable(String net) {
        Map<String, String> cable = new TreeMap<>(PropertyText.parse(net));
        cable.keySet().retainAll(Set.of("name", "bridge"));
        return cable;
    }

    private static Set<String> compared(EmbeddedConfig wanted) {
        Set<String> names = new TreeSet<>(wanted.options().keySet());
        names.removeIf(name -> OTHER.matcher(name).matches());
        return names;
    }

    static List<String> differences(EmbeddedConfig wanted, JsonNode config) {
        List<String> differences = new ArrayList<>();
        for (String name : compared(wanted)) {
            String found = config.path(name).asText("");
            if (!meaning(name, wanted.get(name)).equals(meaning(name, found))) {
                differences.add(name + " is `" + found + "` instead of `" + wanted.get(name) + "`");
            }
        }
        return differences;
    }

    /** Volumes and addresses are its own. */
    private static Object meaning(String name, String text) {
        if (name.equals("rootfs") || name.matches("mp\\d+")) {
            Map<String, String> mount = new TreeMap<>(PropertyText.parse(text));
            mount.computeIfPresent(PropertyText.VOLUME, (key, volume) -> volume.startsWith("/") ? volume : "volume");
            return mount;
        }
        if (NET.matcher(name).matches()) {
            return cable(text);
        }
        return Meaning.of(new Meaning.Option(name)).of(text);
    }

    /** Those of our hostname on the node, and what an attempt of this step was about to make. */
    void remove() {
        Set<Integer> numbers = new TreeSet<>();
        for (JsonNode container : original.ofNode("/lxc", Map.of())) {
            if (container.path("name").asText().equals(hostname)) {
                numbers.add(container.path("vmid").asInt());
            }
        }
        original.context().recorded().stream()
                .filter(effect ->
                        effect.kind().equals(EFFECT) && effect.target().startsWith(original.node() + "/"))
                .map(effect -> Integer.valueOf(
                        effect.target().substring(effect.target().lastIndexOf('/') + 1)))
                .forEach(numbers::add);
        numbers.forEach(number -> destroy(original.sibling(number)));
    }

    private void destroy(Guest trial) {
        endOfRunning(trial);
        Optional<JsonNode> config = found(trial);
        if (config.isEmpty()) {
            return;
        }
        trial.requireWhole(config.get());
        if (!config.get().path("hostname").asText().equals(hostname)) {
            trial.context().log().info(trial.describe() + " is another container by now; it was left alone.");
            return;
        }
        trial.perform("DELETE", trial.path(""), Map.of("purge", "1"), "vzdestroy", "lxc destroy");
        if (found(trial).isPresent()) {
            throw new StepFailure.Fatal(
                    Reason.TASK_FAILED,
                    "The node reported that it destroyed " + trial.describe() + ", but it is still there. Look at the"
                            + " task's log on the node.");
        }
    }

    private static void endOfRunning(Guest trial) {
        try {
            trial.followRunning(line -> {}, RESTORE);
        } catch (StepFailure failure) {
            if (!failure.reason().equals(Reason.TASK_FAILED)) {
                throw failure;
            }
            trial.context().log().info(failure.getMessage());
        }
    }

    private static Optional<JsonNode> found(Guest trial) {
        try {
            return trial.find();
        } catch (StepFailure e) {
            if (!e.reason().equals(Reason.PERMISSION_DENIED)) {
                throw e;
            }
            // Permissions on this very number end with the container, as the node does it.
            return Optional.empty();
        }
    }
}
