package io.muster.steps.proxmox;

import com.fasterxml.jackson.databind.JsonNode;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A volume that shall be larger than it is. */
record VolumeGrowth(String disk, Size from, Size to) {

    /** What must grow; a new mount is made as large as it shall be. */
    static List<VolumeGrowth> of(JsonNode config, Integer rootfsSize, Map<String, String> mounts) {
        Map<String, Size> wanted = new LinkedHashMap<>();
        if (rootfsSize != null) {
            wanted.put("rootfs", Size.gibibytes(rootfsSize));
        }
        MountNumbers.of(config, mounts).forEach((mount, text) -> {
            String volume = PropertyText.parse(text).getOrDefault(PropertyText.VOLUME, "");
            if (config.has(mount) && volume.matches("[^:/]+:\\d{1,6}")) {
                wanted.put(mount, Size.gibibytes(Integer.parseInt(volume.substring(volume.indexOf(':') + 1))));
            }
        });
        List<VolumeGrowth> growths = new ArrayList<>();
        wanted.forEach((disk, size) -> {
            Size found = size(config, disk);
            if (size.bytes() > found.bytes()) {
                growths.add(new VolumeGrowth(disk, found, size));
            }
        });
        return growths;
    }

    /** @throws StepFailure Rejected Conflict when the container has no such volume of a known size; NotFound is of a container that is gone */
    static Size size(JsonNode config, String disk) {
        String size = PropertyText.parse(config.path(disk).asText("")).getOrDefault("size", "");
        return Size.parse(size)
                .orElseThrow(() -> new StepFailure.Rejected(
                        Reason.CONFLICT,
                        "The container has no volume `" + disk + "` whose size can change; it is `"
                                + config.path(disk).asText("not there")
                                + "`. Nothing was changed; correct the name, or look at it on the node."));
    }

    /** What was done, in words. */
    String apply(Guest guest) {
        guest.refuseLocked("resize");
        guest.perform(
                "PUT",
                guest.path("/resize"),
                Map.of("disk", disk, "size", to.toString()),
                "resize",
                "lxc resize " + disk);
        Size now = size(guest.config(), disk);
        if (now.bytes() < to.bytes()) {
            throw new StepFailure.Fatal(
                    Reason.TASK_FAILED,
                    "The node reported that it resized " + disk + " of " + guest.describe() + ", but it is " + now
                            + " instead of " + to + ". Look at the task's log on the node.");
        }
        return disk + ": " + from + " -> " + now;
    }
}
