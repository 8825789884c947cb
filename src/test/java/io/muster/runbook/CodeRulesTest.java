package io.muster.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** No code in diagrams. */
class CodeRulesTest {

    private static final String CONDITION =
            "<conditionExpression xsi:type=\"tFormalExpression\">${approved}</conditionExpression>";
    private static final String EXPRESSION_FIX =
            " Keep to ${name}, ${a.b}, comparisons, 'and', 'or', 'not', 'empty' and literals; let"
                    + " a step or a decision table work out the rest. In a shell script write $NAME, or \\${NAME}.";

    @Test
    void aScriptTaskIsRefused() {
        String script =
                """
                <startEvent id="asked" name="Asked"/>
                <sequenceFlow id="f1" sourceRef="asked" targetRef="calculate"/>
                <scriptTask id="calculate" name="Calculate" scriptFormat="javascript"><script>1+1</script></scriptTask>
                <sequenceFlow id="f2" sourceRef="calculate" targetRef="done"/>
                <endEvent id="done" name="Done"/>
                """;
        assertThat(Lint.lint(new Sample().with("processes/script.bpmn", Sample.diagram("script", script))))
                .containsExactly(
                        "script calculate: It is a script task. Use a step (docs/steps.md), or a decision table for a choice by"
                                + " values.");
    }

    @Test
    void aScriptInAParameterIsRefused() {
        assertThat(Lint.replacing(">${image}<", "><camunda:script scriptFormat=\"groovy\">x</camunda:script><"))
                .containsExactly(
                        "script pull-image: It holds a script in camunda:inputParameter. Replace it by a value or an expression"
                                + " such as ${name}, or let a step do the work.");
    }

    @Test
    void aScriptAsConditionIsRefused() {
        assertThat(Lint.replacing(
                        CONDITION,
                        CONDITION
                                .replace("xsi:type", "language=\"javascript\" xsi:type")
                                .replace("${approved}", "approved")))
                .containsExactly(
                        "script f4: Its condition is a script. Replace it by an expression such as ${approved}.");
    }

    @Test
    void listenersAreRefused() {
        assertThat(Lint.replacing(
                        "<camunda:inputOutput>",
                        "<camunda:executionListener class=\"x.Y\" event=\"start\"/><camunda:inputOutput>"))
                .containsExactly(
                        "listener pull-image: It has a listener, which runs code that the diagram does not show. Remove"
                                + " it. What must happen belongs in a step of its own.");
        assertThat(Lint.replacing(
                        "camunda:formRef=\"approve\" camunda:formRefBinding=\"deployment\"/>",
                        "camunda:formRef=\"approve\" camunda:formRefBinding=\"deployment\"><extensionElements><camunda:taskListener"
                                + " expression=\"${true}\" event=\"complete\"/></extensionElements></userTask>"))
                .containsExactly(
                        "listener approve-deployment: It has a listener, which runs code that the diagram does not show."
                                + " Remove it. What must happen belongs in a step of its own.");
    }

    @Test
    void anExpressionThatCallsCodeIsRefusedWhereverItStands() {
        assertThat(Lint.replacing("${approved}", "${approval.given()}"))
                .containsExactly("expression f4: The expression '${approval.given()}' calls code." + EXPRESSION_FIX);
        assertThat(Lint.replacing(">${image}<", ">${execution.businessKey}<"))
                .containsExactly(
                        "expression pull-image: The expression '${execution.businessKey}' reaches the engine's own 'execution'."
                                + EXPRESSION_FIX);
        assertThat(Lint.replacing("name=\"Approve deployment\"", "name=\"Approve ${pullImage}\""))
                .containsExactly(
                        "expression approve-deployment: The expression 'Approve ${pullImage}' reaches the step 'pullImage'"
                                + " itself." + EXPRESSION_FIX);
    }

    @Test
    void aNoteInTheDiagramIsNoExpression() {
        assertThat(
                        Lint.replacing(
                                "<endEvent id=\"rejected\" name=\"Rejected\"/>",
                                "<endEvent id=\"rejected\" name=\"Rejected\"/><textAnnotation id=\"note\"><text>see ${a.b()}</text></textAnnotation>"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "no expression at all",
                "${name}",
                "#{name}",
                "${!approved}",
                "${not approved}",
                "${a.b.c}",
                "${a == 'x' and (b != 1 or c.d >= 2.5)}",
                "${a && b || empty c}",
                "${value == null}",
                "${n > -1}",
                "image ${name}:${version}",
                "escaped \\${HOME}",
                "$HOME and $(date)"
            })
    void theseExpressionsAreAllowed(String text) {
        assertThat(Expressions.problem(text, Set.of("sshCommand"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "${a.b()}|calls code",
                "${a.b.c('x').d}|calls code",
                "${now()}|calls code",
                "${a + 1}|calculates with '+'",
                "${a ? 'b' : 'c'}|decides with '? :'",
                "${a['b']}|looks up with '[ ]'",
                "${a.class}|looks into a Java class",
                "${''.class.name}|looks into a Java class",
                "${task.assignee}|reaches the engine's own 'task'",
                "${sshCommand}|reaches the step 'sshCommand' itself",
                "ok ${name} then ${a.b()}|calls code",
            })
    void theseExpressionsAreNot(String text, String problem) {
        assertThat(Expressions.problem(text, Set.of("sshCommand"))).contains(problem);
    }

    @Test
    void anExpressionThatCannotBeReadIsRefused() {
        assertThat(Expressions.problem("${VAR:-default}", Set.of()))
                .hasValueSatisfying(problem -> assertThat(problem).startsWith("cannot be read: at character "));
        assertThat(Expressions.isExpression("${VAR:-default}")).isTrue();
    }
}
