package io.muster.sandbox.prometheus;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** An instant vector selector: {@code up{job="notes"}}, the only kind of query that is answered. */
final class Selector {
    private static final Pattern NAME = Pattern.compile("\\s*([a-zA-Z_:][a-zA-Z0-9_:]*)?\\s*");
    private static final Pattern MATCHER = Pattern.compile("\\s*([a-zA-Z_][a-zA-Z0-9_]*)\\s*(=~|!~|!=|=)\\s*"
            + "(\"(?:[^\"\\\\]|\\\\.)*\"|'(?:[^'\\\\]|\\\\.)*'|`[^`]*`)\\s*(,?)\\s*");

    private final List<Predicate<Sample>> conditions;

    private Selector(List<Predicate<Sample>> conditions) {
        this.conditions = conditions;
    }

    /** @throws IllegalArgumentException for what is no such selector */
    static Selector parse(String query) {
        Matcher name = NAME.matcher(query);
        name.lookingAt();
        List<Predicate<Sample>> conditions = new ArrayList<>();
        if (name.group(1) != null) {
            conditions.add(condition(Sample.NAME, "=", name.group(1)));
        }
        String rest = query.substring(name.end()).strip();
        if (!rest.isEmpty()) {
            addMatchers(query, rest, conditions);
        }
        if (conditions.isEmpty()) {
            throw bad(query, "vector selector must contain at least one non-empty matcher");
        }
        return new Selector(conditions);
    }

    boolean accepts(Sample sample) {
        return conditions.stream().allMatch(condition -> condition.test(sample));
    }

    private static void addMatchers(String query, String text, List<Predicate<Sample>> conditions) {
        if (!text.startsWith("{") || !text.endsWith("}")) {
            throw bad(query, "only metric selectors such as up{job=\"notes\"} are answered here");
        }
        String inside = text.substring(1, text.length() - 1);
        Matcher matcher = MATCHER.matcher(inside);
        int position = 0;
        boolean another = true;
        while (another && matcher.region(position, inside.length()).lookingAt()) {
            conditions.add(condition(matcher.group(1), matcher.group(2), literal(matcher.group(3))));
            position = matcher.end();
            another = !matcher.group(4).isEmpty();
        }
        if (!inside.substring(position).isBlank()) {
            throw bad(query, "unexpected \"" + inside.substring(position).strip() + "\" in label matching");
        }
    }

    /** A label that is absent is as good as an empty one. */
    private static Predicate<Sample> condition(String label, String operator, String wanted) {
        Predicate<String> holds = operator.endsWith("~") ? pattern(wanted) : wanted::equals;
        Predicate<String> asked = operator.startsWith("!") ? holds.negate() : holds;
        return sample -> asked.test(sample.labels().getOrDefault(label, ""));
    }

    private static Predicate<String> pattern(String text) {
        try {
            return Pattern.compile(text).asMatchPredicate();
        } catch (PatternSyntaxException e) {
            throw bad(text, "error parsing regexp: " + e.getDescription());
        }
    }

    private static String literal(String quoted) {
        String inside = quoted.substring(1, quoted.length() - 1);
        return quoted.startsWith("`") ? inside : inside.replaceAll("\\\\(.)", "$1");
    }

    private static IllegalArgumentException bad(String query, String what) {
        return new IllegalArgumentException("invalid parameter \"query\": parse error: " + what + ": " + query);
    }
}
