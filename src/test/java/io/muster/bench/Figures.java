package io.muster.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A table of what was measured: printed, and kept in {@code target/bench}. */
public final class Figures {

    private final StringBuilder table = new StringBuilder();
    private final Path file;

    public Figures(String name, String... columns) {
        this.file = Path.of("target", "bench", name + ".md");
        table.append(load()).append("\n\n");
        row(columns);
        row(Arrays.stream(columns).map(column -> "---").toArray(String[]::new));
    }

    public void row(String... cells) {
        table.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }

    public void print() throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, table + "\n" + load() + "\n");
        System.out.println("\n" + Files.readString(file));
    }

    /** Median, with the least and the greatest beside it. */
    public static String of(List<Double> values, int decimals) {
        return number(median(values), decimals) + " ("
                + number(values.stream().mapToDouble(it -> it).min().orElseThrow(), decimals) + "–"
                + number(values.stream().mapToDouble(it -> it).max().orElseThrow(), decimals) + ")";
    }

    public static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    private static String number(double value, int decimals) {
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }

    private static String load() {
        try {
            return "Load average (1, 5, 15 minutes): "
                    + String.join(
                            ", ",
                            List.of(Files.readString(Path.of("/proc/loadavg")).split(" "))
                                    .subList(0, 3))
                    + "; " + Runtime.getRuntime().availableProcessors() + " processors.";
        } catch (IOException e) {
            return "Load average: unknown.";
        }
    }
}
