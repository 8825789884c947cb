package io.muster.sandbox.proxmox;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What a parameter may hold; says what is wrong in Proxmox VE's words. */
interface ParameterType {

    /** What is wrong with this value of the named parameter, if anything. */
    Optional<String> complaint(String name, String value);

    /** The value as JSON shows it: a number where it is one. */
    default Object json(String value) {
        return value;
    }

    /** One line. */
    static ParameterType text() {
        return text(Integer.MAX_VALUE);
    }

    /** One line of at most so many characters. */
    static ParameterType text(int longest) {
        return new Text(longest, Pattern.compile("[^\\r\\n]*"), "value contains a line break");
    }

    static ParameterType lines(int longest) {
        return new Text(longest, Pattern.compile("(?s).*"), "");
    }

    /** @param complaint for a value that does not match */
    static ParameterType format(String pattern, String complaint) {
        return new Text(Integer.MAX_VALUE, Pattern.compile(pattern, Pattern.DOTALL), complaint);
    }

    static ParameterType integer(long least, long most) {
        return new Whole(least, most);
    }

    static ParameterType number(double least, double most) {
        return new Decimal(least, most);
    }

    static ParameterType flag() {
        return new Flag();
    }

    static ParameterType oneOf(String... values) {
        return new OneOf(List.of(values));
    }

    /** Text of a form. */
    record Text(int longest, Pattern pattern, String formatComplaint) implements ParameterType {
        @Override
        public Optional<String> complaint(String name, String value) {
            if (value.length() > longest) {
                return Optional.of("value may only be " + longest + " characters long");
            }
            return pattern.matcher(value).matches()
                    ? Optional.empty()
                    : Optional.of("invalid format - " + formatComplaint + "\n");
        }
    }

    /** A whole number. */
    record Whole(long least, long most) implements ParameterType {
        @Override
        public Optional<String> complaint(String name, String value) {
            if (!value.matches("[+-]?\\d{1,18}")) {
                return Optional.of("type check ('integer') failed - got '" + value + "'");
            }
            long number = Long.parseLong(value);
            if (number < least) {
                return Optional.of("value must have a minimum value of " + least);
            }
            return number > most ? Optional.of("value must have a maximum value of " + most) : Optional.empty();
        }

        @Override
        public Object json(String value) {
            return complaint("", value).isEmpty() ? (Object) Long.valueOf(value) : value;
        }
    }

    /** A number; Proxmox VE gives these back as text. */
    record Decimal(double least, double most) implements ParameterType {
        @Override
        public Optional<String> complaint(String name, String value) {
            if (!value.matches("[+-]?(\\d+\\.?\\d*|\\.\\d+)")) {
                return Optional.of("type check ('number') failed - got '" + value + "'");
            }
            double number = Double.parseDouble(value);
            if (number < least) {
                return Optional.of("value must have a minimum value of " + (long) least);
            }
            return number > most ? Optional.of("value must have a maximum value of " + (long) most) : Optional.empty();
        }
    }

    /** 0 or 1, nothing else. */
    record Flag() implements ParameterType {
        @Override
        public Optional<String> complaint(String name, String value) {
            return value.matches("[01]")
                    ? Optional.empty()
                    : Optional.of("type check ('boolean') failed - got '" + value + "'");
        }

        @Override
        public Object json(String value) {
            return value.matches("[01]") ? (Object) Integer.valueOf(value) : value;
        }
    }

    /** One of some words. */
    record OneOf(List<String> values) implements ParameterType {
        @Override
        public Optional<String> complaint(String name, String value) {
            return values.contains(value)
                    ? Optional.empty()
                    : Optional.of("value '" + value + "' does not have a value in the enumeration '"
                            + String.join(", ", values) + "'");
        }
    }
}
