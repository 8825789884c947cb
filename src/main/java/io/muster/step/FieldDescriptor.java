package io.muster.step;

import java.lang.reflect.Type;
import java.util.List;
import java.util.Optional;

/**
 * A component of a step's input or output.
 *
 * @param name the parameter's or variable's name in a diagram
 * @param type the component's Java type
 * @param required whether a diagram must give it: constrained to be there (or primitive) and without a default
 * @param options the texts to choose from where {@code kind} is {@code CHOICE} or {@code BOOLEAN}, else empty
 * @param pattern the regular expression its text must match as a whole, where there is one
 * @param constraints what a value must satisfy, as phrases: {@code at least 1}
 */
public record FieldDescriptor(
        String name,
        String label,
        String description,
        Kind kind,
        Type type,
        boolean required,
        Optional<String> defaultValue,
        Optional<String> example,
        boolean secret,
        boolean multiline,
        List<String> options,
        Optional<String> pattern,
        List<String> constraints) {

    /** What its value is, in the words that people are shown. */
    public enum Kind {
        TEXT("text", "Give text."),
        BOOLEAN("true or false", "Give 'true' or 'false'."),
        INTEGER("whole number", "Give digits only, for example '22'."),
        DECIMAL("number", "Give a number, for example '0.5'."),
        DURATION("duration", "Give an ISO-8601 duration, for example 'PT30S', 'PT10M' or 'P1D'."),
        PATH("path", "Give the path of a file or directory."),
        CHOICE("choice", "Give one of its options."),
        LIST("list", "Give one entry per line, or a JSON array."),
        MAP("map", "Give one 'key=value' per line, or a JSON object."),
        PARSED("text of a certain form", "Give it in the form that the description says."),
        /** Of outputs only. */
        OBJECT("object", "");

        private final String text;
        private final String fix;

        Kind(String text, String fix) {
            this.text = text;
            this.fix = fix;
        }

        public String text() {
            return text;
        }

        String fix() {
            return fix;
        }
    }
}
