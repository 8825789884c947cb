package io.muster.steps.proxmox;

import java.util.List;
import java.util.Map;

/** Mount points are named mp0, mp1, … */
final class MountNames {

    static void require(Map<String, String> mounts) {
        List<String> wrong = mounts.keySet().stream()
                .filter(name -> !name.matches("mp\\d{1,3}"))
                .toList();
        if (!wrong.isEmpty()) {
            throw new IllegalArgumentException("`mounts` has " + wrong + ", but mount points are named mp0, mp1, …");
        }
    }

    private MountNames() {}
}
