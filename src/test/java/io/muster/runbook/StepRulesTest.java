package io.muster.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tasks that run steps: which one, in which transaction, with what. */
class StepRulesTest {

    private static final String ASYNC = " camunda:asyncBefore=\"true\"";
    private static final String DELEGATE = "camunda:delegateExpression=\"${pullImage}\"";
    private static final String HOST = "<camunda:inputParameter name=\"host\">experimental-01</camunda:inputParameter>";

    @Test
    void theStepExists() {
        assertThat(Lint.replacing("${pullImage}", "${rebootTheMoon}"))
                .containsExactly(
                        "step-reference pull-image: There is no step 'rebootTheMoon'. Known: pullImage, sayHello.");
    }

    @Test
    void aTaskNamesItsStepAndNothingElse() {
        assertThat(Lint.replacing(DELEGATE, ""))
                .containsExactly(
                        "step-reference pull-image: The task does not say which step it runs. Choose a template in Modeler, or"
                                + " write camunda:delegateExpression=\"${stepName}\" with a step from docs/steps.md.");
        assertThat(Lint.replacing("${pullImage}", "${pullImage.run(execution)}"))
                .containsExactly(
                        "step-reference pull-image: The delegate expression '${pullImage.run(execution)}' does not name a step."
                                + " Write camunda:delegateExpression=\"${stepName}\" with a step from docs/steps.md.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"camunda:class", "camunda:expression", "camunda:type", "camunda:topic", "camunda:resultVariable"
            })
    void otherWaysToRunCodeAreRefused(String attribute) {
        assertThat(Lint.replacing(DELEGATE, DELEGATE + " " + attribute + "=\"x\""))
                .containsExactly("step-reference pull-image: A task of a runbook runs a step, and " + attribute
                        + " is not a way to do so. Remove " + attribute + ".");
    }

    @Test
    void theOlderNamespaceOfTheEngineIsNoWayAround() {
        assertThat(Lint.replacing(DELEGATE, DELEGATE + " xmlns:a=\"http://activiti.org/bpmn\" a:class=\"x\""))
                .containsExactly(
                        "step-reference pull-image: A task of a runbook runs a step, and camunda:class is not a way to do so."
                                + " Remove camunda:class.");
    }

    @Test
    void aConnectorIsRefused() {
        assertThat(
                        Lint.replacing(
                                "<camunda:inputOutput>",
                                "<camunda:connector><camunda:connectorId>http</camunda:connectorId></camunda:connector><camunda:inputOutput>"))
                .containsExactly(
                        "step-reference pull-image: A task of a runbook runs a step, and camunda:connector is not a way to do"
                                + " so. Remove camunda:connector.");
    }

    @Test
    void onlyServiceTasksRunSteps() {
        assertThat(Lint.replacing(
                        "<endEvent id=\"rejected\" name=\"Rejected\"/>",
                        "<endEvent id=\"rejected\" name=\"Rejected\"><messageEventDefinition id=\"x1\" messageRef=\"go-on\""
                                + " camunda:delegateExpression=\"${sayHello}\"/></endEvent>"))
                .containsExactly(
                        "step-reference rejected: Only service tasks run steps, and this has camunda:delegateExpression. Remove"
                                + " it, and put a service task there.");
    }

    @Test
    void aStepStartsInATransactionOfItsOwn() {
        String expected =
                "async-before pull-image: The step would run in the transaction of what comes before it, and again when that"
                        + " rolls back. Set camunda:asyncBefore=\"true\" on the task (in Modeler: Asynchronous continuations, Before).";
        assertThat(Lint.replacing(ASYNC, "")).containsExactly(expected);
        assertThat(Lint.replacing(ASYNC, " camunda:asyncBefore=\"false\"")).containsExactly(expected);
        assertThat(Lint.replacing(ASYNC, " camunda:asyncAfter=\"true\"")).containsExactly(expected);
    }

    @Test
    void aFanOutHasAJobForEachInstance() {
        assertThat(Lint.lint(fanOut(
                        "", "camunda:asyncBefore=\"true\" camunda:asyncAfter=\"true\" camunda:exclusive=\"false\"")))
                .isEmpty();
        String loop = "fan-out pull-image: The instances of the step do not each have a job of their own. Set"
                + " camunda:asyncBefore=\"true\", camunda:asyncAfter=\"true\" and camunda:exclusive=\"false\" on its"
                + " multiInstanceLoopCharacteristics (in Modeler: Multi-instance, asynchronous before and after, not exclusive).";
        assertThat(Lint.lint(fanOut("", "camunda:asyncBefore=\"true\" camunda:asyncAfter=\"true\"")))
                .containsExactly(loop);
        assertThat(Lint.lint(fanOut("", "camunda:asyncBefore=\"true\" camunda:exclusive=\"false\"")))
                .containsExactly(loop);
        assertThat(Lint.lint(fanOut(ASYNC, "")))
                .containsExactly(
                        "fan-out pull-image: The task itself is asynchronous, so that all its instances would share one transaction."
                                + " Remove camunda:asyncBefore, camunda:asyncAfter and camunda:exclusive from the task; they belong on"
                                + " its multiInstanceLoopCharacteristics.",
                        loop);
    }

    private static Sample fanOut(String onTask, String onLoop) {
        return Sample.replacing(ASYNC, onTask)
                .changing(
                        Sample.FILE,
                        "</serviceTask>",
                        "<multiInstanceLoopCharacteristics camunda:collection=\"${hosts}\" camunda:elementVariable=\"host\" "
                                + onLoop + "/></serviceTask>");
    }

    @Test
    void aRetryCycleCanBeRead() {
        assertThat(Lint.lint(retries("R3/PT10S"))).isEmpty();
        assertThat(Lint.lint(retries("PT10S,PT1M, PT10M"))).isEmpty();
        assertThat(Lint.lint(retries("3 times")))
                .containsExactly(
                        "retry-cycle pull-image: The retry cycle '3 times' is neither a repetition nor a list of durations."
                                + " Write for example 'R3/PT10S' (three times, ten seconds apart) or 'PT10S,PT1M,PT10M'.");
    }

    private static Sample retries(String cycle) {
        return Sample.replacing(
                "<camunda:inputOutput>",
                "<camunda:failedJobRetryTimeCycle>" + cycle
                        + "</camunda:failedJobRetryTimeCycle><camunda:inputOutput>");
    }

    @Test
    void whatTheStepNeedsIsGiven() {
        String expected =
                "input-missing pull-image: Input 'host' is missing. Give it: The host's name in the inventory, for example"
                        + " 'experimental-01'.";
        assertThat(Lint.replacing(HOST, "")).containsExactly(expected);
        assertThat(Lint.replacing(HOST, HOST.replace("experimental-01", " "))).containsExactly(expected);
    }

    @Test
    void anInputIsOneOfTheSteps() {
        assertThat(Lint.replacing(HOST, HOST + HOST.replace("\"host\"", "\"hots\"")))
                .containsExactly(
                        "input-unknown pull-image: Input 'hots' is not an input of the step 'pullImage'. Did you mean 'host'?"
                                + " Otherwise remove it.");
    }

    @Test
    void aLiteralBindsToItsType() {
        assertThat(Lint.replacing(HOST, HOST + input("attempts", "many")))
                .containsExactly(
                        "input-value pull-image: Input 'attempts' is 'many': it is not a whole number. Give digits only, for"
                                + " example '22'.");
        assertThat(Lint.replacing(HOST, HOST + input("attempts", "11")))
                .containsExactly(
                        "input-value pull-image: Input 'attempts' is '11': it must be less than or equal to 10. Wanted: at least"
                                + " 1, at most 10.");
        assertThat(Lint.replacing(HOST, HOST + input("timeout", "10 minutes")))
                .containsExactly(
                        "input-value pull-image: Input 'timeout' is '10 minutes': it is not an ISO-8601 duration above zero. Give"
                                + " an ISO-8601 duration, for example 'PT30S', 'PT10M' or 'P1D'.");
    }

    @Test
    void listsAndMapsOfTheDiagramAreLiteralsToo() {
        String mirrors = input("mirrors", "<camunda:list><camunda:value>a</camunda:value></camunda:list>");
        String labels = input("labels", "<camunda:map><camunda:entry key=\"a\">b</camunda:entry></camunda:map>");
        assertThat(Lint.replacing(HOST, HOST + mirrors + labels)).isEmpty();
        assertThat(Lint.replacing(HOST, input("host", "<camunda:list><camunda:value>a</camunda:value></camunda:list>")))
                .containsExactly(
                        "input-value pull-image: Input 'host' is '[a]': it is a list, not a single value. Give text.");
    }

    @Test
    void anExpressionIsLeftToTheRun() {
        assertThat(Lint.replacing(HOST, HOST + input("attempts", "${attempts}")))
                .isEmpty();
        assertThat(Lint.replacing(HOST, input("host", "${prefix}-01"))).isEmpty();
    }

    @Test
    void anInputIsGivenOnce() {
        assertThat(Lint.replacing(HOST, HOST + HOST))
                .containsExactly(
                        "input-value pull-image: Input 'host' is given twice, and the engine takes the last. Remove one.");
    }

    @Test
    void aSecretIsAReferenceAndNeverShown() {
        assertThat(Lint.replacing("secret:registry", "hunter2"))
                .containsExactly(
                        "secret-literal pull-image: Input 'password' is '***': it is a secret itself, not a reference to one."
                                + " Keep it in the secrets directory or the environment, and give its name: 'secret:NAME'.");
        assertThat(Lint.replacing("secret:registry", "${passwordReference}")).isEmpty();
    }

    @Test
    void anOutputIsOneOfTheSteps() {
        assertThat(Lint.replacing("${digest}", "${digset}"))
                .containsExactly(
                        "output-unknown pull-image: Output 'imageDigest' is taken from 'digset', and the step 'pullImage' has no"
                                + " such output. Did you mean 'digest'?");
        assertThat(Lint.replacing("${digest}", "${image}@${digest}")).isEmpty();
        assertThat(Lint.replacing("${pullImage}", "${sayHello}"))
                .contains(
                        "output-unknown pull-image: Output 'imageDigest' is taken from 'digest', and the step 'sayHello' has no such"
                                + " output. The step has no output at all: remove the output parameter.");
    }

    @Test
    void anOutputIsKeptInAVariableWithAName() {
        assertThat(Lint.replacing("<camunda:outputParameter name=\"imageDigest\">", "<camunda:outputParameter>"))
                .containsExactly(
                        "output-unknown pull-image: The output '${digest}' is to be kept in a variable without a name. Name the"
                                + " variable, or switch the output off.");
    }

    private static String input(String name, String value) {
        return "<camunda:inputParameter name=\"" + name + "\">" + value + "</camunda:inputParameter>";
    }
}
