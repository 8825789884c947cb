package io.muster.steps.proxmox;

import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The configuration of a container that travels in its backup.
 *
 * @param options by name; those of snapshots are left out
 * @param sha256 of its text
 */
record EmbeddedConfig(Map<String, String> options, String sha256) {

    private static final Pattern OPTION = Pattern.compile("([a-z][a-z0-9_.]*): ?(.*)");
    /** {@code local:103/vm-103-disk-0.raw}, {@code zfs:subvol-103-disk-0}. */
    private static final Pattern OWNER = Pattern.compile("(?:vm|subvol|base|basevol)-(\\d+)-");

    /** @throws StepFailure Rejected TaskFailed when the node gives none, which reads it from the archive */
    static EmbeddedConfig of(Guest guest, String volume) {
        String text =
                guest.ofNode("/vzdump/extractconfig", Map.of("volume", volume)).asText("");
        Map<String, String> options = new TreeMap<>();
        for (String line : text.lines().takeWhile(line -> !line.startsWith("[")).toList()) {
            Matcher option = OPTION.matcher(line);
            if (option.matches()) {
                options.put(option.group(1), option.group(2).strip());
            }
        }
        if (!options.containsKey("rootfs")) {
            throw new StepFailure.Rejected(
                    Reason.TASK_FAILED, "The archive " + volume + " holds no configuration of an LXC container.");
        }
        return new EmbeddedConfig(options, sha256(text));
    }

    String get(String option) {
        return options.getOrDefault(option, "");
    }

    boolean tagged(String tag) {
        return SwapTags.has(get("tags"), tag);
    }

    /** The storage of its root file system. */
    String storage() {
        String volume = PropertyText.parse(get("rootfs")).getOrDefault(PropertyText.VOLUME, "");
        return volume.substring(0, Math.max(0, volume.indexOf(':')));
    }

    /** Whether its root file system is that of a container of this number. */
    boolean isOf(int vmid) {
        Matcher owner = OWNER.matcher(get("rootfs"));
        return owner.find() && owner.group(1).equals(Integer.toString(vmid));
    }

    private static String sha256(String text) {
        try {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
