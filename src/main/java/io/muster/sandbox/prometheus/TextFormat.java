package io.muster.sandbox.prometheus;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The text in which metrics are exposed: {@code name{label="value"} 1.5 [timestamp]}. */
final class TextFormat {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");
    private static final Pattern LABEL =
            Pattern.compile("\\s*([a-zA-Z_][a-zA-Z0-9_]*)\\s*=\\s*\"((?:[^\"\\\\]|\\\\.)*)\"\\s*(,|(?=}))");
    private static final Pattern VALUE = Pattern.compile("\\s+(\\S+)(?:\\s+(-?[0-9.]+))?\\s*");

    private TextFormat() {}

    /** @throws IllegalArgumentException with line and text of what is no sample */
    static List<Sample> parse(String text) {
        List<Sample> samples = new ArrayList<>();
        int number = 0;
        for (String line : text.split("\n")) {
            number++;
            String content = line.strip();
            if (!content.isEmpty() && !content.startsWith("#")) {
                samples.add(sample(content, number));
            }
        }
        return samples;
    }

    private static Sample sample(String line, int number) {
        Matcher name = NAME.matcher(line);
        if (!name.lookingAt()) {
            throw bad(line, number, "expected a metric's name");
        }
        Map<String, String> labels = new TreeMap<>();
        int end = labels(line, number, name.end(), labels);
        Matcher value = VALUE.matcher(line).region(end, line.length());
        if (!value.matches()) {
            throw bad(line, number, "expected value after metric");
        }
        return Sample.of(name.group(), labels, value(value.group(1), line, number));
    }

    /** Returns where the labels end. */
    private static int labels(String line, int number, int start, Map<String, String> labels) {
        int position = start;
        while (position < line.length() && line.charAt(position) == ' ') {
            position++;
        }
        if (position >= line.length() || line.charAt(position) != '{') {
            return start;
        }
        position++;
        Matcher label = LABEL.matcher(line);
        while (label.region(position, line.length()).useTransparentBounds(true).lookingAt()) {
            labels.put(label.group(1), unescape(label.group(2)));
            position = label.end();
        }
        String rest = line.substring(position).stripLeading();
        if (!rest.startsWith("}")) {
            throw bad(line, number, "expected label name or \"}\"");
        }
        return line.length() - rest.length() + 1;
    }

    private static double value(String text, String line, int number) {
        try {
            return switch (text) {
                case "+Inf", "Inf" -> Double.POSITIVE_INFINITY;
                case "-Inf" -> Double.NEGATIVE_INFINITY;
                case "NaN" -> Double.NaN;
                default -> Double.parseDouble(text);
            };
        } catch (NumberFormatException e) {
            throw bad(line, number, "expected value after metric, got \"" + text + "\"");
        }
    }

    private static String unescape(String text) {
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 1 < text.length()) {
                i++;
                plain.append(text.charAt(i) == 'n' ? '\n' : text.charAt(i));
            } else {
                plain.append(c);
            }
        }
        return plain.toString();
    }

    private static IllegalArgumentException bad(String line, int number, String what) {
        String shown = line.length() > 80 ? line.substring(0, 80) + "…" : line;
        return new IllegalArgumentException(what + " in line " + number + ": " + shown);
    }
}
