package io.muster.steps.target;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a host said of itself, as far as it did.
 *
 * @param freeKib by path; empty where the path is not there
 * @param placesKib what is free where a command's output can be kept, in the order in which the places are tried
 */
record HostFacts(Map<String, String> facts, Map<String, Optional<Long>> freeKib, Map<String, Long> placesKib) {

    /** The line of df below its head; names of devices may hold spaces. */
    private static final Pattern DF = Pattern.compile("\\s\\d+\\s+\\d+\\s+(\\d+)\\s+(?:\\d+|-)%?\\s+/");

    static HostFacts of(String said) {
        Map<String, String> facts = new LinkedHashMap<>();
        Map<String, Optional<Long>> free = new LinkedHashMap<>();
        Map<String, Long> places = new LinkedHashMap<>();
        for (String line : said.lines().toList()) {
            int sign = line.indexOf('=');
            if (line.startsWith("free=") || line.startsWith("place=")) {
                String[] parts = line.substring(sign + 1).split("\t", 2);
                Matcher df = DF.matcher(parts[parts.length - 1]);
                Optional<Long> found = df.find() ? number(df.group(1)) : Optional.empty();
                if (line.startsWith("free=")) {
                    free.put(parts[0], found);
                } else {
                    found.ifPresent(kib -> places.putIfAbsent(parts[0], kib));
                }
            } else if (sign > 0) {
                facts.putIfAbsent(
                        line.substring(0, sign), line.substring(sign + 1).strip());
            }
        }
        return new HostFacts(facts, free, places);
    }

    boolean root() {
        return text("uid").equals("0");
    }

    String text(String name) {
        return facts.getOrDefault(name, "");
    }

    Optional<Long> seconds() {
        return number(text("now"));
    }

    private static Optional<Long> number(String text) {
        return text.matches("\\d{1,18}") ? Optional.of(Long.parseLong(text)) : Optional.empty();
    }
}
