package io.muster.runbook;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.camunda.bpm.impl.juel.AstBinary;
import org.camunda.bpm.impl.juel.AstBoolean;
import org.camunda.bpm.impl.juel.AstComposite;
import org.camunda.bpm.impl.juel.AstDot;
import org.camunda.bpm.impl.juel.AstEval;
import org.camunda.bpm.impl.juel.AstIdentifier;
import org.camunda.bpm.impl.juel.AstNested;
import org.camunda.bpm.impl.juel.AstNull;
import org.camunda.bpm.impl.juel.AstNumber;
import org.camunda.bpm.impl.juel.AstString;
import org.camunda.bpm.impl.juel.AstText;
import org.camunda.bpm.impl.juel.AstUnary;
import org.camunda.bpm.impl.juel.Builder;
import org.camunda.bpm.impl.juel.Node;
import org.camunda.bpm.impl.juel.Tree;
import org.camunda.bpm.impl.juel.TreeBuilderException;

/**
 * The expressions that a runbook may hold: variables, their properties, comparisons, {@code and or not empty}, literals.
 * Nothing that calls code. Parsed with the engine's own parser, so that what is seen here is what would run.
 */
final class Expressions {

    private static final Set<AstBinary.Operator> OPERATORS = Set.of(
            AstBinary.AND,
            AstBinary.OR,
            AstBinary.EQ,
            AstBinary.NE,
            AstBinary.LT,
            AstBinary.LE,
            AstBinary.GT,
            AstBinary.GE);

    /** What the engine puts beside the variables: objects with methods and everything behind them. */
    private static final Set<String> ENGINE_OBJECTS =
            Set.of("execution", "task", "caseExecution", "variableScope", "authenticatedUserId", "externalTask");

    private Expressions() {}

    /** Whether the text holds an expression: an unescaped <code>${…}</code> or <code>#{…}</code>. */
    static boolean isExpression(String text) {
        if (!text.contains("${") && !text.contains("#{")) {
            return false;
        }
        try {
            return !parse(text).getRoot().isLiteralText();
        } catch (TreeBuilderException e) {
            return true;
        }
    }

    /** Why the text is not allowed, as a clause; empty when it is. */
    static Optional<String> problem(String text, Set<String> steps) {
        if (!text.contains("${") && !text.contains("#{")) {
            return Optional.empty();
        }
        try {
            return problem(parse(text).getRoot(), steps);
        } catch (TreeBuilderException e) {
            return Optional.of("cannot be read: at character " + (e.getPosition() + 1) + " it has " + e.getEncountered()
                    + " where " + e.getExpected() + " is expected");
        }
    }

    /** The variables that a text refers to, in their order; empty when it cannot be read. */
    static Set<String> variables(String text) {
        Set<String> names = new LinkedHashSet<>();
        try {
            parse(text).getIdentifierNodes().forEach(identifier -> names.add(identifier.getName()));
        } catch (TreeBuilderException e) {
            names.clear();
        }
        return names;
    }

    // Method calls are parsed so that they can be named as such.
    private static Tree parse(String text) {
        return new Builder(Builder.Feature.METHOD_INVOCATIONS).build(text);
    }

    private static Optional<String> problem(Node node, Set<String> steps) {
        Optional<String> own = own(node, steps);
        for (int i = 0; i < node.getCardinality() && own.isEmpty(); i++) {
            own = problem(node.getChild(i), steps);
        }
        return own;
    }

    private static Optional<String> own(Node node, Set<String> steps) {
        if (node instanceof AstIdentifier identifier) {
            return identifier(identifier.getName(), steps);
        }
        if (node instanceof AstDot dot) {
            return dot.toString().endsWith(". class") ? Optional.of("looks into a Java class") : Optional.empty();
        }
        if (node instanceof AstBinary binary) {
            return OPERATORS.contains(binary.getOperator())
                    ? Optional.empty()
                    : Optional.of("calculates with '" + binary.getOperator() + "'");
        }
        return harmless(node) ? Optional.empty() : Optional.of(unwanted(node));
    }

    private static Optional<String> identifier(String name, Set<String> steps) {
        if (ENGINE_OBJECTS.contains(name)) {
            return Optional.of("reaches the engine's own '" + name + "'");
        }
        return steps.contains(name) ? Optional.of("reaches the step '" + name + "' itself") : Optional.empty();
    }

    private static boolean harmless(Node node) {
        return node instanceof AstEval
                || node instanceof AstText
                || node instanceof AstComposite
                || node instanceof AstNested
                || node instanceof AstUnary
                || node instanceof AstBoolean
                || node instanceof AstNumber
                || node instanceof AstString
                || node instanceof AstNull;
    }

    private static String unwanted(Node node) {
        return switch (node.getClass().getSimpleName()) {
            case "AstMethod", "AstFunction", "AstParameters" -> "calls code";
            case "AstChoice" -> "decides with '? :'";
            case "AstBracket" -> "looks up with '[ ]'";
            default -> "is more than a runbook's expressions may hold";
        };
    }
}
