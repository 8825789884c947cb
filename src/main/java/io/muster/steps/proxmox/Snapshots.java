package io.muster.steps.proxmox;

import com.fasterxml.jackson.databind.JsonNode;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The snapshots of one container. The node lists what is there now among them, as {@code current}. */
final class Snapshots {

    private static final String NOW = "current";

    private final Guest guest;

    Snapshots(Guest guest) {
        this.guest = guest;
    }

    Optional<JsonNode> find(String name) {
        return all().stream()
                .filter(snapshot -> snapshot.path("name").asText().equals(name))
                .findFirst();
    }

    /** @throws StepFailure Rejected NotFound, naming those that there are */
    JsonNode require(String name) {
        return find(name)
                .orElseThrow(() -> new StepFailure.Rejected(
                        Reason.NOT_FOUND,
                        guest.describe() + " has no snapshot `" + name + "`; it has "
                                + all().stream()
                                        .map(snapshot -> snapshot.path("name").asText())
                                        .toList()
                                + "."));
    }

    void take(String name, String description) {
        Map<String, String> form = new TreeMap<>(Map.of("snapname", name));
        Optional.ofNullable(description).ifPresent(text -> form.put("description", text));
        guest.perform("POST", guest.path("/snapshot"), form, "vzsnapshot", "lxc snapshot " + name);
    }

    static String time(JsonNode snapshot) {
        return Instant.ofEpochSecond(snapshot.path("snaptime").asLong()).toString();
    }

    private List<JsonNode> all() {
        List<JsonNode> all = new ArrayList<>();
        guest.get("/snapshot").forEach(snapshot -> {
            if (!snapshot.path("name").asText().equals(NOW)) {
                all.add(snapshot);
            }
        });
        return all;
    }
}
