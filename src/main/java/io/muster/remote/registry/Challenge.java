package io.muster.remote.registry;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How a server wants to be asked, from its {@code WWW-Authenticate} headers (RFC 9110). */
record Challenge(String scheme, Map<String, String> parameters) {

    private static final Pattern PART = Pattern.compile(
            "\\s*,?\\s*(?:([A-Za-z0-9_-]+)\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^\\s,]+))|([A-Za-z0-9_-]+))");

    static List<Challenge> parse(List<String> headers) {
        List<Challenge> challenges = new ArrayList<>();
        for (String header : headers) {
            Matcher matcher = PART.matcher(header);
            Map<String, String> parameters = new LinkedHashMap<>();
            while (matcher.lookingAt()) {
                if (matcher.group(4) != null) {
                    parameters = new LinkedHashMap<>();
                    challenges.add(new Challenge(matcher.group(4).toLowerCase(Locale.ROOT), parameters));
                } else {
                    String quoted = matcher.group(2);
                    parameters.put(
                            matcher.group(1).toLowerCase(Locale.ROOT),
                            quoted == null ? matcher.group(3) : quoted.replaceAll("\\\\(.)", "$1"));
                }
                matcher.region(matcher.end(), header.length());
            }
        }
        return challenges;
    }

    Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name));
    }
}
