package io.muster.step;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A number of bytes, written as in {@code 512MiB}, {@code 2GB} or {@code 1048576}. */
public record ByteSize(long bytes) {

    private static final Pattern TEXT =
            Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*([KMGT]?i?B?)", Pattern.CASE_INSENSITIVE);
    private static final Map<String, Long> UNITS = Map.ofEntries(
            Map.entry("", 1L),
            Map.entry("B", 1L),
            Map.entry("KIB", 1L << 10),
            Map.entry("MIB", 1L << 20),
            Map.entry("GIB", 1L << 30),
            Map.entry("TIB", 1L << 40),
            Map.entry("KB", 1_000L),
            Map.entry("MB", 1_000_000L),
            Map.entry("GB", 1_000_000_000L),
            Map.entry("TB", 1_000_000_000_000L));

    /** @throws IllegalArgumentException with the forms that are understood */
    public static ByteSize parse(String text) {
        Matcher matcher = TEXT.matcher(text.trim());
        Long unit = matcher.matches() ? UNITS.get(matcher.group(2).toUpperCase(Locale.ROOT)) : null;
        if (unit == null) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no size; write 512MiB, 2GiB, 500MB or a number of bytes");
        }
        return new ByteSize(Math.round(Double.parseDouble(matcher.group(1)) * unit));
    }

    /** What {@link #parse} reads as the same size: with the largest unit of which it is a whole number. */
    public String exact() {
        return UNITS.entrySet().stream()
                .filter(unit -> bytes != 0 && unit.getKey().endsWith("B") && bytes % unit.getValue() == 0)
                .max(Map.Entry.comparingByValue())
                .map(unit -> bytes / unit.getValue() + unit.getKey().replace("IB", "iB"))
                .orElse("0B");
    }

    /** With the largest binary unit that keeps it readable: {@code 1.5 GiB}. */
    @Override
    public String toString() {
        double value = bytes;
        String[] units = {"B", "KiB", "MiB", "GiB", "TiB"};
        int unit = 0;
        while (value >= 1024 && unit < units.length - 1) {
            value /= 1024;
            unit++;
        }
        String number = String.format(Locale.ROOT, "%.1f", value);
        return (number.endsWith(".0") ? number.substring(0, number.length() - 2) : number) + " " + units[unit];
    }
}
