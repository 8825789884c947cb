package io.muster.steps.proxmox;

import io.muster.step.Reason;
import io.muster.step.StepFailure;
import io.muster.steps.TokenRights;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What a token must be allowed before a container is shut down to be replaced: half-way is too late to learn of it. */
final class SwapRights {

    private static final Set<String> GUEST =
            Set.of("VM.Allocate", "VM.Audit", "VM.Backup", "VM.Config.Options", "VM.PowerMgmt");
    private static final Set<String> SPACE = Set.of("Datastore.AllocateSpace");

    private SwapRights() {}

    /**
     * @param disks storage of its root file system
     * @param copies storage of archives
     */
    static void require(Guest guest, String disks, String copies) {
        Map<String, Set<String>> needed = new TreeMap<>();
        needed.put("/vms/" + guest.vmid(), GUEST);
        needed.put("/storage/" + disks, SPACE);
        needed.put("/storage/" + copies, SPACE);
        Map<String, Set<String>> missing = new TokenRights(guest.permissions()).missing(needed);
        if (!missing.isEmpty()) {
            throw new StepFailure.Fatal(
                    Reason.PERMISSION_DENIED,
                    "The API token of node " + guest.node() + " is without " + TokenRights.text(missing) + ", so "
                            + guest.describe() + " cannot be replaced. Nothing was touched. Give it a role with them.");
        }
    }
}
