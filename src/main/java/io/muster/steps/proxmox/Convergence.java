package io.muster.steps.proxmox;

import com.fasterxml.jackson.databind.JsonNode;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes a container's configuration as it shall be, and looks that it is. */
final class Convergence {

    private final Guest guest;
    private final Settings wanted;

    Convergence(Guest guest, Settings wanted) {
        this.guest = guest;
        this.wanted = wanted;
    }

    Convergence requireUnprivileged(Boolean unprivileged) {
        JsonNode config = guest.config();
        boolean found = config.path("unprivileged").asText("0").equals("1");
        if (unprivileged != null && unprivileged != found) {
            throw new StepFailure.Rejected(
                    Reason.CONFLICT,
                    guest.describe() + " is " + (found ? "unprivileged" : "privileged") + ", which cannot be changed."
                            + " Back it up and restore it to a new number with the other setting.");
        }
        return this;
    }

    LxcConfigure.Output converge(Integer rootfsSize, Map<String, String> mounts) {
        List<VolumeGrowth> growths = VolumeGrowth.of(guest.config(), rootfsSize, mounts);
        List<String> changes = new ArrayList<>(change());
        growths.forEach(growth -> changes.add(growth.apply(guest)));
        List<String> pending = guest.pending();
        changes.forEach(change -> guest.context().log().info(guest.describe() + ": " + change));
        String summary = guest.describe()
                + (changes.isEmpty() ? " was as it shall be." : " was changed: " + String.join("; ", changes) + ".");
        if (changes.isEmpty()) {
            guest.context().log().info(summary);
        }
        if (!pending.isEmpty()) {
            guest.context().log().info("These wait for a restart: " + String.join(", ", pending));
        }
        return new LxcConfigure.Output(guest.vmid(), !changes.isEmpty(), changes, pending, !pending.isEmpty(), summary);
    }

    private List<String> change() {
        JsonNode config = guest.config();
        List<Difference> differences = wanted.differences(config);
        if (differences.isEmpty()) {
            return List.of();
        }
        guest.refuseLocked("configure");
        send(differences, config.path("digest").asText());
        List<Difference> left = wanted.differences(guest.config());
        if (!left.isEmpty()) {
            throw new StepFailure.Fatal(
                    Reason.TASK_FAILED,
                    "The node took the configuration of " + guest.describe() + ", but it is not as given: "
                            + String.join("; ", Difference.texts(left)) + ". Look at it on the node.");
        }
        return Difference.texts(differences);
    }

    private void send(List<Difference> differences, String digest) {
        Map<String, String> form = new LinkedHashMap<>();
        differences.forEach(difference -> form.put(difference.option(), difference.to()));
        if (!digest.isEmpty()) {
            form.put("digest", digest);
        }
        guest.context().effect("lxc configure", guest.key());
        try {
            guest.put("/config", form);
        } catch (StepFailure e) {
            if (!e.reason().equals(Reason.OUTCOME_UNKNOWN)) {
                throw e;
            }
            // The answer was lost; what is there now tells whether it was done.
            guest.context().log().info(e.getMessage() + " Looking at the configuration.");
            if (!wanted.differences(guest.config()).isEmpty()) {
                throw e;
            }
        }
    }
}
