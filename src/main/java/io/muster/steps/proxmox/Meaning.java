package io.muster.steps.proxmox;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** How an option's texts compare: Proxmox VE reorders, completes and rounds what it was given. */
enum Meaning {
    TEXT {
        @Override
        Object of(String text) {
            return text.strip();
        }
    },
    NUMBER {
        @Override
        Object of(String text) {
            return text.matches("-?\\d+(\\.\\d+)?") ? new BigDecimal(text).stripTrailingZeros() : text.strip();
        }
    },
    TAGS {
        @Override
        Object of(String text) {
            return Arrays.stream(text.toLowerCase(Locale.ROOT).split("[;, ]+"))
                    .filter(tag -> !tag.isBlank())
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    },
    FEATURES {
        @Override
        Object of(String text) {
            Map<String, String> on = new TreeMap<>(PropertyText.parse(text));
            on.values().removeIf("0"::equals);
            return on;
        }
    },
    NETWORK {
        @Override
        Object of(String text) {
            return new TreeMap<>(PropertyText.parse(text.toLowerCase(Locale.ROOT)));
        }

        /** What the node adds by itself stays, and is no difference. */
        @Override
        String merged(String found, String wanted) {
            Map<String, String> merged = new LinkedHashMap<>(PropertyText.parse(wanted));
            Map<String, String> known = PropertyText.parse(found);
            ADDED.stream().filter(known::containsKey).forEach(added -> merged.putIfAbsent(added, known.get(added)));
            return PropertyText.join(merged);
        }
    },
    MOUNT {
        @Override
        Object of(String text) {
            return new TreeMap<>(PropertyText.parse(text));
        }

        /** A volume that was asked for by its size (`local:8`) has a name by now. */
        @Override
        String merged(String found, String wanted) {
            Map<String, String> merged = new LinkedHashMap<>(PropertyText.parse(wanted));
            Map<String, String> known = PropertyText.parse(found);
            String volume = known.getOrDefault(PropertyText.VOLUME, "");
            if (sameStorage(volume, merged.getOrDefault(PropertyText.VOLUME, ""))) {
                merged.put(PropertyText.VOLUME, volume);
                if (known.containsKey("size")) {
                    merged.put("size", known.get("size"));
                }
            }
            return PropertyText.join(merged);
        }
    };

    private static final List<String> ADDED = List.of("hwaddr", "type");
    private static final Map<String, String> DEFAULTS =
            Map.of("onboot", "0", "protection", "0", "memory", "512", "swap", "512", "unprivileged", "0");

    abstract Object of(String text);

    /** What to send so that it becomes as wanted and keeps what is the node's own. */
    String merged(String found, String wanted) {
        return wanted;
    }

    boolean same(String found, String wanted) {
        return of(found).equals(of(merged(found, wanted)));
    }

    static Meaning of(Option option) {
        return switch (option.family()) {
            case "tags" -> TAGS;
            case "features" -> FEATURES;
            case "net" -> NETWORK;
            case "mp" -> MOUNT;
            case "cores", "cpulimit", "cpuunits", "memory", "swap", "onboot", "protection", "unprivileged" -> NUMBER;
            default -> TEXT;
        };
    }

    /** An option by its name. */
    record Option(String name) {
        String family() {
            return name.replaceFirst("\\d+$", "");
        }

        String orDefault(String found) {
            return found.isEmpty() ? DEFAULTS.getOrDefault(name, "") : found;
        }
    }

    /** Whether a volume may be what was asked for by its size only ({@code local:8}). */
    static boolean sameStorage(String volume, String asked) {
        return asked.matches("[^:/]+:\\d+(\\.\\d+)?") && volume.startsWith(asked.substring(0, asked.indexOf(':') + 1));
    }
}
