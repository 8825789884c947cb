package io.muster.sandbox.proxmox;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The configuration of a container: Proxmox VE's keys and values, as text ({@code memory=512}, {@code onboot=1},
 * {@code net0=name=eth0,…}). Immutable.
 */
public record ContainerConfig(Map<String, String> values) {
    private static final Pattern SIZE = Pattern.compile("(?:^|,)size=(\\d+(?:\\.\\d+)?)([KMGT]?)(?:,|$)");
    private static final long MIB = 1024L * 1024;
    private static final int DEFAULT_MIB = 512;

    public ContainerConfig {
        values = Collections.unmodifiableMap(new TreeMap<>(values));
    }

    public Optional<String> get(String key) {
        return Optional.ofNullable(values.get(key));
    }

    public ContainerConfig with(Map<String, String> changes) {
        Map<String, String> changed = new TreeMap<>(values);
        changed.putAll(changes);
        return new ContainerConfig(changed);
    }

    public ContainerConfig without(Iterable<String> keys) {
        Map<String, String> changed = new TreeMap<>(values);
        keys.forEach(changed::remove);
        return new ContainerConfig(changed);
    }

    public String hostname(int vmid) {
        return get("hostname").orElse("CT" + vmid);
    }

    /** The kind of lock that is held on the container, if any. */
    public Optional<String> lock() {
        return get("lock");
    }

    public boolean isSet(String flag) {
        return get(flag).filter("1"::equals).isPresent();
    }

    public int cores(int defaultCores) {
        return get("cores").map(Integer::parseInt).orElse(defaultCores);
    }

    public long memoryBytes() {
        return mebibytes("memory");
    }

    public long swapBytes() {
        return mebibytes("swap");
    }

    /** The size of the root file system; 0 when it is not limited. */
    public long diskBytes() {
        return get("rootfs").map(ContainerConfig::sizeOf).orElse(0L);
    }

    private long mebibytes(String key) {
        return get(key).map(Long::parseLong).orElse((long) DEFAULT_MIB) * MIB;
    }

    static long sizeOf(String volume) {
        Matcher size = SIZE.matcher(volume);
        if (!size.find()) {
            return 0;
        }
        int power = " KMGT".indexOf(size.group(2).isEmpty() ? " " : size.group(2));
        return (long) (Double.parseDouble(size.group(1)) * Math.pow(1024, power));
    }
}
