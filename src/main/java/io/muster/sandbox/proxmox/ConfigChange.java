package io.muster.sandbox.proxmox;

import java.security.SecureRandom;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A change of a container's configuration: checked for what the token may do, and normalized as Proxmox VE does.
 *
 * @param set options with their new values
 * @param delete options to remove
 */
record ConfigChange(Map<String, String> set, Set<String> delete) {
    private static final SecureRandom RANDOM = new SecureRandom();

    static ConfigChange of(Map<String, String> parameters) {
        Map<String, String> set = new TreeMap<>(parameters);
        String deleted = set.containsKey("delete") ? set.remove("delete") : "";
        set.remove("digest");
        Set<String> delete = new TreeSet<>();
        List.of(deleted.split("[,; ]+")).stream()
                .filter(option -> !option.isEmpty())
                .forEach(delete::add);
        ConfigChange change = new ConfigChange(set, delete);
        change.requireConsistent();
        return change;
    }

    private void requireConsistent() {
        if (set.isEmpty() && delete.isEmpty()) {
            throw ApiError.failed("no options specified");
        }
        for (String option : delete) {
            if (set.containsKey(option)) {
                throw ApiError.badParameter(
                        "delete", "you can't use '-" + option + "' and '-delete " + option + "' at the same time");
            }
            if (ConfigSchema.REQUIRED.contains(option)) {
                throw ApiError.badParameter("delete", "unable to delete required option '" + option + "'");
            }
            if (ConfigSchema.OPTIONS.type(option).isEmpty()) {
                throw ApiError.badParameter("delete", "unknown option '" + option + "'");
            }
        }
    }

    /** @throws ApiError 403 for the first option that may not be changed */
    void requirePermitted(ApiRequest request, int vmid, ContainerConfig config) {
        Set<String> options = new TreeSet<>(set.keySet());
        options.addAll(delete);
        for (String option : options) {
            if (!request.token().isRootInPerson()) {
                requireDelegable(option, config);
            }
            request.require("/vms/" + vmid, ConfigSchema.privilege(option));
            bridge(option).ifPresent(bridge -> request.require("/sdn/zones/localnetwork/" + bridge, "SDN.Use"));
        }
    }

    private Optional<String> bridge(String option) {
        return Optional.ofNullable(set.get(option))
                .filter(value -> option.matches("net\\d+"))
                .flatMap(PropertyList::parse)
                .flatMap(net -> net.get("bridge"));
    }

    /** Some options are only for root in person, and no token can have them. */
    private void requireDelegable(String option, ContainerConfig config) {
        String value = set.getOrDefault(option, "");
        switch (option.replaceFirst("\\d+$", "")) {
            case "features" -> requireDelegableFeatures(value, config);
            case "hookscript" -> throw ApiError.forbidden("changing the hookscript is only allowed for root@pam");
            case "dev" -> throw ApiError.forbidden("configuring device passthrough is only allowed for root@pam");
            case "mp" -> {
                if (value.startsWith("/") || value.startsWith("volume=/")) {
                    throw ApiError.forbidden("mount point type bind is only allowed for root@pam");
                }
            }
            default -> {}
        }
    }

    private static void requireDelegableFeatures(String value, ContainerConfig config) {
        Map<String, String> before = features(config.get("features").orElse(""));
        Map<String, String> after = features(value);
        if (before.equals(after)) {
            return;
        }
        if (!config.isSet("unprivileged")) {
            throw ApiError.forbidden("changing feature flags for privileged container is only allowed for root@pam");
        }
        before.remove("nesting");
        after.remove("nesting");
        if (!before.equals(after)) {
            throw ApiError.forbidden("changing feature flags (except nesting) is only allowed for root@pam");
        }
    }

    private static Map<String, String> features(String value) {
        return new TreeMap<>(
                PropertyList.parse(value).map(PropertyList::properties).orElse(Map.of()));
    }

    /** The configuration after this change; volumes that are asked for by their size are made. */
    ContainerConfig applyTo(int vmid, ContainerConfig config) {
        int disks = (int)
                config.values().keySet().stream().filter(Volumes::isVolume).count();
        Map<String, String> allocated = Volumes.allocate(vmid, set, disks);
        return config.without(delete).with(normalized(allocated).values());
    }

    static ContainerConfig normalized(Map<String, String> options) {
        Map<String, String> normalized = new TreeMap<>();
        options.forEach((option, value) -> normalized.put(option, normalize(option, value)));
        return new ContainerConfig(normalized);
    }

    private static String normalize(String option, String value) {
        if (!option.matches("net\\d+")) {
            return value;
        }
        return PropertyList.parse(value)
                .map(list -> list.withDefault("hwaddr", hardwareAddress())
                        .withDefault("type", "veth")
                        .textWithFirst("name"))
                .orElse(value);
    }

    /** With the prefix that Proxmox VE gives its guests. */
    private static String hardwareAddress() {
        return String.format(
                Locale.ROOT, "BC:24:11:%02X:%02X:%02X", RANDOM.nextInt(256), RANDOM.nextInt(256), RANDOM.nextInt(256));
    }
}
