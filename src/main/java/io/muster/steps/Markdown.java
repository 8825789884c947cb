package io.muster.steps;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.stream.Collectors;

/** Text in Markdown that cannot become markup. */
public final class Markdown {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'").withZone(ZoneOffset.UTC);

    private Markdown() {}

    /** For a cell of a table or within a line. */
    public static String inline(String text) {
        return text.replace("\\", "\\\\")
                .replaceAll("([`*_\\[\\]<>|#~&])", "\\\\$1")
                .replaceAll("\\s*\\R\\s*", " ")
                .strip();
    }

    /** For what a person wrote over several lines: each line quoted. */
    public static String quote(String text) {
        return text.strip()
                .lines()
                .map(line -> "> " + line.replace("&", "&amp;").replace("<", "&lt;"))
                .reduce((a, b) -> a + "\n" + b)
                .orElse("> –");
    }

    /** {@code 2026-01-02 03:04:05 UTC}. */
    public static String time(Instant at) {
        return TIME.format(at);
    }

    /** A table of two columns without a head. */
    public static String rows(Map<String, String> rows) {
        return rows.entrySet().stream()
                .map(row -> "| " + row.getKey() + " | " + inline(row.getValue()) + " |\n")
                .collect(Collectors.joining("", "| | |\n|---|---|\n", ""));
    }
}
