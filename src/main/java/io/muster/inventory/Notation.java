package io.muster.inventory;

import io.muster.inventory.Inventory.Port;
import io.muster.inventory.Inventory.Volume;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The short notations of ports, volumes, sizes and paths; what is read here has passed the schema and the rules. */
final class Notation {

    private static final Pattern PORT = Pattern.compile("(?:(\\[[0-9A-Fa-f:.]+]|[0-9.]+):)?([0-9]+):([0-9]+)");
    private static final Pattern SIZE = Pattern.compile("([0-9]+(?:\\.[0-9]+)?) ?(B|KiB|MiB|GiB)");
    private static final Map<String, Long> UNITS = Map.of("B", 1L, "KiB", 1L << 10, "MiB", 1L << 20, "GiB", 1L << 30);

    private Notation() {}

    /** {@code [address:]host:container}; a number beyond what an int holds is read as 0. */
    static Port port(String text) {
        Matcher matcher = PORT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("Not a published port: " + text);
        }
        return new Port(Optional.ofNullable(matcher.group(1)), number(matcher.group(2)), number(matcher.group(3)));
    }

    static int number(String digits) {
        return digits.length() > 9 ? 0 : Integer.parseInt(digits);
    }

    static boolean isPort(int number) {
        return number >= 1 && number <= 65535;
    }

    /** {@code source:target[:ro]}. */
    static Volume volume(String text) {
        String[] parts = text.split(":", -1);
        return new Volume(path(parts[0]), path(parts[1]), parts.length == 3);
    }

    /** Without doubled and trailing slashes. */
    static String path(String text) {
        String single = text.replaceAll("/{2,}", "/");
        return single.length() > 1 && single.endsWith("/") ? single.substring(0, single.length() - 1) : single;
    }

    /** Why a text is no absolute path, if it is not. */
    static Optional<String> pathProblem(String text) {
        if (!text.startsWith("/")) {
            return Optional.of("is not an absolute path; begin it with '/'");
        }
        boolean climbs = java.util.Arrays.stream(text.split("/")).anyMatch(s -> s.equals("..") || s.equals("."));
        return climbs ? Optional.of("contains '..' or '.'; write the path out without it") : Optional.empty();
    }

    /** Bytes. */
    static BigDecimal size(String text) {
        Matcher matcher = SIZE.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("Not a size: " + text);
        }
        return new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(UNITS.get(matcher.group(2))));
    }

    /** Whole GiB; 0 where it is none, a part of one, or more than any machine has. */
    static int gibibytes(String text) {
        return whole(text, 1L << 30);
    }

    /** Whole MiB, in the same way. */
    static int mebibytes(String text) {
        return whole(text, 1L << 20);
    }

    private static int whole(String text, long unit) {
        BigDecimal[] parts = size(text).divideAndRemainder(BigDecimal.valueOf(unit));
        boolean none = parts[1].signum() != 0 || parts[0].compareTo(BigDecimal.valueOf(1L << 30)) > 0;
        return none ? 0 : parts[0].intValue();
    }

    /** The port of {@code host:port}, 0 where it is too large to be one. */
    static int portOf(String hostPort) {
        return number(hostPort.substring(hostPort.lastIndexOf(':') + 1));
    }
}
