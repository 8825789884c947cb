package io.muster.steps.proxmox;

import com.fasterxml.jackson.databind.JsonNode;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A container that is there and would be replaced. */
record Replaced(Guest guest, JsonNode config) {

    /** A restore that broke off over another container leaves its number, and nothing in it. */
    static boolean whole(JsonNode config) {
        return config.has("rootfs") || config.path("lock").asText().equals("create");
    }

    /** @throws StepFailure Conflict naming all that keeps it from being replaced */
    void requireReplaceable(String hostname) {
        guest.requireWhole(config);
        guest.requireHostname(config, hostname);
        List<String> wrong = new ArrayList<>();
        if (config.path("protection").asInt() == 1) {
            wrong.add("the node protects it (option `protection`)");
        }
        config.properties().stream()
                .filter(option -> option.getKey().matches("mp\\d+|unused\\d+"))
                .filter(option -> outside(option.getValue().asText()))
                .map(option -> option.getKey() + " (`" + option.getValue().asText()
                        + "`) is in no backup of it, and would be destroyed with it")
                .forEach(wrong::add);
        if (!wrong.isEmpty()) {
            throw new StepFailure.Rejected(
                    Reason.CONFLICT,
                    guest.describe() + " is not replaced: " + String.join("; ", wrong)
                            + ". Nothing was touched. Take the protection off, give volumes `backup=1` and back it up anew, or"
                            + " detach them, then start again.");
        }
    }

    /** A directory of the node stays where it is. */
    private static boolean outside(String text) {
        Map<String, String> mount = PropertyText.parse(text);
        return !mount.getOrDefault(PropertyText.VOLUME, "").startsWith("/")
                && !mount.getOrDefault("backup", "0").equals("1");
    }

    /** What goes with it beside its files. */
    List<String> lost(EmbeddedConfig wanted) {
        List<String> lost = new ArrayList<>();
        for (JsonNode snapshot : guest.get("/snapshot")) {
            Optional.of(snapshot.path("name").asText())
                    .filter(name -> !name.equals("current"))
                    .ifPresent(name -> lost.add("its snapshot " + name));
        }
        config.properties().stream()
                .filter(option -> option.getKey().matches("mp\\d+")
                        && wanted.get(option.getKey()).isEmpty())
                .forEach(option -> lost.add(
                        option.getKey() + " (`" + option.getValue().asText() + "`), which is not in the archive"));
        return lost;
    }

    /** @throws StepFailure CheckFailed naming each option that is not as in the archive, interfaces with all that they have */
    static void requireAs(EmbeddedConfig archived, String tags, Guest guest, String volume) {
        Map<String, String> options = new TreeMap<>(archived.options());
        options.put("tags", tags);
        EmbeddedConfig wanted = new EmbeddedConfig(options, archived.sha256());
        JsonNode found = guest.config();
        List<String> differences = new ArrayList<>(TrialGuest.differences(wanted, found));
        options.forEach((name, text) -> {
            if (name.matches("net\\d+")
                    && !Meaning.NETWORK.same(found.path(name).asText(), text)) {
                differences.add(name + " is `" + found.path(name).asText() + "` instead of `" + text + "`");
            }
        });
        if (!differences.isEmpty()) {
            throw new StepFailure.Rejected(
                    Reason.CHECK_FAILED,
                    guest.describe() + " was restored from " + volume + " and is not as it was backed up: "
                            + String.join("; ", differences) + ". It was not started.");
        }
    }
}
