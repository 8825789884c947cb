package io.muster.step;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the known name that a mistyped one most likely means. */
public final class Nearest {

    private Nearest() {}

    /** The known name with the smallest edit distance, where that is at most a third of its length (case is free). */
    public static Optional<String> to(String name, Collection<String> known) {
        String wanted = name.toLowerCase(Locale.ROOT);
        return known.stream()
                .filter(candidate -> distance(wanted, candidate.toLowerCase(Locale.ROOT))
                        <= Math.max(1, Math.max(wanted.length(), candidate.length()) / 3))
                .min(Comparator.comparingInt((String candidate) -> distance(wanted, candidate.toLowerCase(Locale.ROOT)))
                        .thenComparing(Comparator.naturalOrder()));
    }

    /** As a sentence, {@code Did you mean 'sshCommand'?}, or what there is to choose from. */
    public static String hint(String name, Collection<String> known) {
        return to(name, known)
                .map(nearest -> "Did you mean '" + nearest + "'?")
                .orElseGet(() -> known.isEmpty()
                        ? "There is none to choose from."
                        : "Known: " + String.join(", ", known.stream().sorted().toList()) + ".");
    }

    /** Damerau's distance: a swap of two neighbours, the commonest slip, counts once. */
    private static int distance(String a, String b) {
        int[] beforePrevious = new int[b.length() + 1];
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] current = new int[b.length() + 1];
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substituted = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(substituted, 1 + Math.min(previous[j], current[j - 1]));
                boolean swapped =
                        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
                if (swapped) {
                    current[j] = Math.min(current[j], beforePrevious[j - 2] + 1);
                }
            }
            beforePrevious = previous;
            previous = current;
        }
        return previous[b.length()];
    }
}
