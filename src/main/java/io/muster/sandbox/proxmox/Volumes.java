package io.muster.sandbox.proxmox;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The volumes of a container: what is asked for by its size gets a name, as {@code local:100/vm-100-disk-0.raw,size=2G}. */
final class Volumes {

    private static final Pattern ASKED =
            Pattern.compile("(?:volume=)?([A-Za-z][A-Za-z0-9_.-]*):(\\d+(?:\\.\\d+)?)(,.*)?");
    private static final String DEFAULT_ROOT = StorageFiles.NAME + ":4";

    private Volumes() {}

    /** @throws ApiError 500 for a storage that there is not */
    static Map<String, String> allocate(int vmid, Map<String, String> options, int firstDisk) {
        Map<String, String> allocated = new TreeMap<>(options);
        int[] next = {firstDisk};
        allocated.replaceAll((option, value) -> {
            Matcher asked = ASKED.matcher(value);
            if (!isVolume(option) || !asked.matches()) {
                return value;
            }
            String storage = Storages.named(asked.group(1)).name();
            String rest = asked.group(3) == null ? "" : asked.group(3);
            return storage + ":" + vmid + "/vm-" + vmid + "-disk-" + next[0]++ + ".raw" + rest + ",size="
                    + asked.group(2) + "G";
        });
        return allocated;
    }

    static Map<String, String> withRoot(Map<String, String> options) {
        Map<String, String> complete = new TreeMap<>(options);
        complete.putIfAbsent("rootfs", DEFAULT_ROOT);
        return complete;
    }

    /** The same volumes under another container's number. */
    static Map<String, String> renamed(Map<String, String> options, int from, int to) {
        Map<String, String> renamed = new TreeMap<>(options);
        renamed.replaceAll((option, value) -> isVolume(option)
                ? value.replace(":" + from + "/vm-" + from + "-", ":" + to + "/vm-" + to + "-")
                : value);
        return renamed;
    }

    /**
     * A volume's text with a larger size.
     *
     * @param asked the size in full, or by how much it grows ({@code +1G})
     * @throws ApiError 500 when it would shrink
     */
    static String grown(String volume, String asked) {
        long now = ContainerConfig.sizeOf(volume);
        long change = ContainerConfig.sizeOf("size=" + asked.replaceFirst("^\\+", ""));
        long wanted = asked.startsWith("+") ? now + change : change;
        if (wanted < now) {
            throw ApiError.failed("unable to shrink disk size");
        }
        long mebibytes = wanted >> 20;
        String size = mebibytes % 1024 == 0 ? mebibytes / 1024 + "G" : mebibytes + "M";
        return volume.replaceFirst(",size=[^,]*", "") + ",size=" + size;
    }

    static boolean isVolume(String option) {
        return option.equals("rootfs") || option.matches("mp\\d+");
    }
}
