package io.muster.steps.proxmox;

import com.fasterxml.jackson.databind.JsonNode;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Makes one container of a number, once. */
record Creation(String hostname, Map<String, String> settings, String type) {

    private static final String EFFECT = "lxc create";

    LxcCreate.Output at(Guest guest) {
        Optional<JsonNode> there = guest.find();
        if (there.isPresent() && !beingCreated(guest, there.get())) {
            requireSame(guest, there.get());
            if (ours(guest)) {
                guest.context().log().info(guest.describe() + " was created before the server that did it died.");
                return output(guest, true, List.of("created " + guest.describe()), 0);
            }
            guest.context().log().info(guest.describe() + " is there already.");
            return output(guest, false, List.of(), 0);
        }
        return make(guest);
    }

    /** It was not there when this effect was recorded, and bears the hostname that we gave it. */
    private static boolean ours(Guest guest) {
        return guest.context().recorded().stream()
                .anyMatch(effect ->
                        effect.kind().equals(EFFECT) && effect.target().equals(guest.key()));
    }

    /** A server of ours died while the node worked on it: its task is found and followed. */
    private static boolean beingCreated(Guest guest, JsonNode config) {
        return config.path("lock").asText().equals("create") && guest.resumed();
    }

    LxcCreate.Output make(Guest guest) {
        Map<String, String> form = new TreeMap<>(settings);
        form.put("vmid", Integer.toString(guest.vmid()));
        TaskEnd end = guest.perform("POST", guest.nodePath("/lxc"), form, type, EFFECT);
        JsonNode config = guest.find()
                .orElseThrow(() -> new StepFailure.Fatal(
                        Reason.TASK_FAILED,
                        "The node reported that it made " + guest.describe() + ", but it is not there. Was it"
                                + " destroyed meanwhile? Look at the node's task list, then retry."));
        requireSame(guest, config);
        return output(guest, true, List.of("created " + guest.describe()), end.warnings());
    }

    /** The lock first: what is being created may have no hostname yet. */
    private void requireSame(Guest guest, JsonNode config) {
        guest.requireWhole(config);
        String found = config.path("hostname").asText();
        if (!found.equals(hostname)) {
            throw new StepFailure.Rejected(
                    Reason.CONFLICT,
                    guest.describe() + " is there already, but its hostname is `" + found + "`, not `" + hostname
                            + "`: it is another container and was left alone. Correct `vmid` or `hostname`.");
        }
    }

    private LxcCreate.Output output(Guest guest, boolean changed, List<String> changes, int warnings) {
        String summary = guest.describe()
                + (changed ? " was created" : " was there already")
                + (warnings == 0 ? "." : ", with warnings.");
        return new LxcCreate.Output(guest.vmid(), guest.node(), hostname, changed, changes, warnings, summary);
    }
}
