package io.muster.journal;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The texts to look for, found by their first character and tried longest first: a handful of secrets needs no automaton.
 *
 * <p>Beside each value: its form inside a JSON string, its forms in XML, and, of a value of several lines (a private key), each line that is
 * long enough to mean something, since output arrives with other line ends and indents than the file had.
 */
final class SecretPatterns {

    /** Shorter values are not looked for: they would turn up by chance everywhere ({@code 80}, {@code yes}). */
    static final int SHORTEST = 4;

    private static final int SHORTEST_LINE = 12;

    /** As programs escape a text, or an attribute, and as Camunda Modeler does an attribute. */
    private static final List<Map<Character, String>> XML = List.of(
            Map.of('&', "&amp;", '<', "&lt;"),
            Map.of('&', "&amp;", '<', "&lt;", '>', "&gt;"),
            Map.of('&', "&amp;", '<', "&lt;", '"', "&quot;"),
            Map.of('&', "&amp;", '<', "&lt;", '>', "&gt;", '"', "&quot;"),
            Map.of('&', "&amp;", '<', "&lt;", '>', "&gt;", '"', "&quot;", '\'', "&apos;"),
            Map.of('&', "&amp;", '<', "&lt;", '>', "&gt;", '"', "&quot;", '\'', "&#39;"),
            Map.of('&', "&#38;", '<', "&#60;", '>', "&#62;", '"', "&#34;", '\'', "&#39;"));

    private final Set<String> source;
    private final Map<Character, String[]> byFirst;
    private final boolean[] startsAscii = new boolean[128];

    private SecretPatterns(Set<String> source, Map<Character, String[]> byFirst) {
        this.source = source;
        this.byFirst = byFirst;
        byFirst.keySet().stream().filter(c -> c < 128).forEach(c -> startsAscii[c] = true);
    }

    static SecretPatterns of(Set<String> secrets) {
        Set<String> source = Set.copyOf(secrets);
        Map<Character, TreeSet<String>> sorted = new HashMap<>();
        source.stream()
                .flatMap(SecretPatterns::forms)
                .filter(form -> form.length() >= SHORTEST)
                .forEach(form -> sorted.computeIfAbsent(form.charAt(0), c -> new TreeSet<>(longestFirst()))
                        .add(form));
        Map<Character, String[]> byFirst = sorted.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().toArray(String[]::new)));
        return new SecretPatterns(source, byFirst);
    }

    private static Comparator<String> longestFirst() {
        return Comparator.comparingInt(String::length).reversed().thenComparing(Comparator.naturalOrder());
    }

    private static Stream<String> forms(String secret) {
        if (secret.length() < SHORTEST) {
            return Stream.empty();
        }
        String json = new String(JsonStringEncoder.getInstance().quoteAsString(secret));
        Stream<String> lines = secret.contains("\n") ? longLines(secret) : Stream.empty();
        return Stream.of(Stream.of(secret, json), XML.stream().map(xml -> escaped(secret, xml)), lines)
                .flatMap(Function.identity());
    }

    private static String escaped(String secret, Map<Character, String> xml) {
        StringBuilder text = new StringBuilder();
        secret.chars().forEach(c -> text.append(xml.getOrDefault((char) c, String.valueOf((char) c))));
        return text.toString();
    }

    private static Stream<String> longLines(String secret) {
        return secret.lines()
                .map(String::strip)
                .filter(line -> line.length() >= SHORTEST_LINE && !line.startsWith("-----"));
    }

    boolean madeFrom(Set<String> secrets) {
        return source.equals(secrets);
    }

    boolean isEmpty() {
        return byFirst.isEmpty();
    }

    /** The length of the longest secret that stands at {@code at}; 0 for none. */
    int longestAt(CharSequence text, int at) {
        for (String secret : startingWith(text.charAt(at))) {
            if (secret.length() <= text.length() - at && matches(secret, text, at, secret.length())) {
                return secret.length();
            }
        }
        return 0;
    }

    /** Whether the rest of the text from {@code at} on could be the beginning of a longer secret. */
    boolean mayBeginAt(CharSequence text, int at) {
        int rest = text.length() - at;
        for (String secret : startingWith(text.charAt(at))) {
            if (secret.length() > rest && matches(secret, text, at, rest)) {
                return true;
            }
        }
        return false;
    }

    /** How many characters at the beginning of a text may be the end of a secret that was cut off there. */
    int endAtStart(CharSequence text) {
        return byFirst.values().stream()
                .flatMap(Stream::of)
                .mapToInt(secret -> endAtStart(secret, text))
                .max()
                .orElse(0);
    }

    private static int endAtStart(String secret, CharSequence text) {
        for (int from = 1; from < secret.length(); from++) {
            int length = secret.length() - from;
            if (length <= text.length()
                    && secret.contentEquals(secret.substring(0, from) + text.subSequence(0, length))) {
                return length;
            }
        }
        return 0;
    }

    private String[] startingWith(char c) {
        if (c < 128 && !startsAscii[c]) {
            return NONE;
        }
        return byFirst.getOrDefault(c, NONE);
    }

    private static boolean matches(String secret, CharSequence text, int at, int length) {
        for (int i = 1; i < length; i++) {
            if (secret.charAt(i) != text.charAt(at + i)) {
                return false;
            }
        }
        return true;
    }

    private static final String[] NONE = {};
}
