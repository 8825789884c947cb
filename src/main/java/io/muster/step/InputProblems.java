package io.muster.step;

import io.muster.step.InputProblem.Kind;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The wording of everything that can be wrong with an input. */
final class InputProblems {

    static final String MASK = "***";
    private static final int SHOWN = 200;

    private InputProblems() {}

    static InputProblem missing(FieldDescriptor field) {
        String meaning = field.description().isBlank() ? field.label() : field.description();
        return new InputProblem(
                Kind.MISSING,
                field.name(),
                Optional.empty(),
                "is missing",
                "Give it: " + meaning.replaceAll("\\.$", "") + example(field) + ".");
    }

    static InputProblem unknown(StepDescriptor step, String name) {
        List<String> known = Stream.concat(
                        step.inputs().stream().map(FieldDescriptor::name), StepDescriptor.COMMON.stream())
                .toList();
        return new InputProblem(
                Kind.UNKNOWN,
                name,
                Optional.empty(),
                "is not an input of the step '" + step.name() + "'",
                Nearest.hint(name, known) + " Otherwise remove it.");
    }

    static InputProblem secret(FieldDescriptor field) {
        return new InputProblem(
                Kind.SECRET,
                field.name(),
                Optional.of(MASK),
                "is a secret itself, not a reference to one",
                "Keep it in the secrets directory or the environment, and give its name: 'secret:NAME'.");
    }

    static InputProblem notConvertible(FieldDescriptor field, Object given, String problem) {
        String fix = field.kind() == FieldDescriptor.Kind.CHOICE
                ? "Give one of " + String.join(", ", field.options()) + "."
                : field.kind().fix();
        // What a parser says may quote the value.
        String shownProblem = field.secret() ? "is not a " + field.kind().text() : problem;
        return invalid(field.name(), shown(field, given), shownProblem, fix);
    }

    static InputProblem broken(FieldDescriptor field, Object given, List<String> broken) {
        boolean told = field.constraints().isEmpty() || field.constraints().equals(broken);
        String wanted = told ? "Change it" : "Wanted: " + String.join(", ", field.constraints());
        return invalid(field.name(), shown(field, given), String.join(" and ", broken), wanted + example(field) + ".");
    }

    static InputProblem together(String where, String problem) {
        return new InputProblem(Kind.INVALID, where, Optional.empty(), problem, "Change what the diagram gives.");
    }

    static Optional<InputProblem> timeout(Object given) {
        try {
            if (Duration.parse(given.toString().strip()).compareTo(Duration.ZERO) > 0) {
                return Optional.empty();
            }
        } catch (DateTimeParseException e) {
            // Said below, as for a duration that is not above zero.
        }
        return Optional.of(invalid(
                StepDescriptor.TIMEOUT,
                given.toString(),
                "is not an ISO-8601 duration above zero",
                FieldDescriptor.Kind.DURATION.fix()));
    }

    private static InputProblem invalid(String parameter, String value, String problem, String fix) {
        return new InputProblem(Kind.INVALID, parameter, Optional.of(value), problem, fix);
    }

    private static String shown(FieldDescriptor field, Object given) {
        if (field.secret()) {
            return MASK;
        }
        String text = given.toString();
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
    }

    private static String example(FieldDescriptor field) {
        return field.example().map(example -> ", for example '" + example + "'").orElse("");
    }
}
