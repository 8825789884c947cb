package io.muster.inventory;

import java.util.Collection;
import java.util.stream.Collectors;

/** How names and values stand in messages: in one line, not too long. */
final class Shown {

    private static final int LONGEST = 80;
    private static final int MOST = 25;

    private Shown() {}

    static String text(String text) {
        String cut = text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
        return cut.codePoints()
                .mapToObj(c -> Character.isISOControl(c) || c == 0x2028 || c == 0x2029
                        ? String.format("\\u%04x", c)
                        : Character.toString(c))
                .collect(Collectors.joining());
    }

    static String list(Collection<String> names) {
        String first = names.stream().limit(MOST).map(Shown::text).collect(Collectors.joining(", "));
        return names.size() <= MOST ? first : first + " and " + (names.size() - MOST) + " more";
    }
}
