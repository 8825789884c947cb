package io.muster.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Events: those that never fire, and what they refer to. */
class EventRulesTest {

    private static final String ERROR = "<errorEventDefinition id=\"e1\" errorRef=\"not-found\"/>";

    @Test
    void aTimerOnAStepIsRefused() {
        assertThat(Lint.replacing(ERROR, timer("timeDuration", "PT5M")))
                .containsExactly(
                        "boundary-event image-not-found: A timer event on a step never fires: the step and the event share one"
                                + " transaction. Set the step's input 'timeout', or put a subprocess around the step and the event on that.");
    }

    @ParameterizedTest
    @CsvSource({
        "message,<messageEventDefinition id='x1' messageRef='go-on'/>",
        "conditional,<conditionalEventDefinition id='x1'><condition>${late}</condition></conditionalEventDefinition>"
    })
    void otherEventsThatNeverFireAreRefusedToo(String kind, String definition) {
        assertThat(Lint.replacing(ERROR, definition.replace('\'', '"')))
                .containsExactly("boundary-event image-not-found: A " + kind
                        + " event on a step never fires: the step and the event"
                        + " share one transaction. Put a subprocess around the step and the event on that.");
    }

    @Test
    void aTimerOnAUserTaskOrSubprocessIsFine() {
        assertThat(Lint.replacing(
                        "attachedToRef=\"pull-image\">\n  " + ERROR,
                        "attachedToRef=\"approve-deployment\">\n  " + timer("timeDuration", "PT5M")))
                .isEmpty();
    }

    @Test
    void anErrorThatTheStepNeverRaisesIsRefused() {
        assertThat(Lint.replacing("errorRef=\"not-found\"", "errorRef=\"too-late\""))
                .containsExactly(
                        "error-code image-not-found: The step 'pullImage' never raises the error 'TooLate'. Known: InvalidInput,"
                                + " NotFound. Without an error code every error is caught.");
    }

    @Test
    void anErrorEventWithoutACodeCatchesEveryError() {
        assertThat(Lint.replacing(" errorRef=\"not-found\"", "")).isEmpty();
    }

    @Test
    void whatAnEventRefersToIsDefined() {
        assertThat(Lint.replacing("errorRef=\"not-found\"", "errorRef=\"no-such\""))
                .containsExactly(
                        "event-definition image-not-found: It refers to the error 'no-such', which is not defined. Choose or"
                                + " create the error in Modeler.");
        assertThat(Lint.replacing("errorRef=\"not-found\"", "errorRef=\"without-code\""))
                .containsExactly(
                        "event-definition image-not-found: Its error 'without-code' has no code. Set its errorCode: that is what"
                                + " it is matched by.");
        assertThat(Lint.replacing(
                        "<endEvent id=\"rejected\" name=\"Rejected\"/>",
                        "<endEvent id=\"rejected\" name=\"Rejected\"><errorEventDefinition id=\"x1\"/></endEvent>"))
                .containsExactly(
                        "event-definition rejected: It does not say which error it is about. Choose or create the error in"
                                + " Modeler.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "timeDuration|PT15M",
                "timeDuration|P1DT12H",
                "timeDuration|${wait}",
                "timeDate|2030-01-31T08:00:00Z",
                "timeCycle|R/P7D",
                "timeCycle|R3/PT10M",
                "timeCycle|0 0 3 * * ?"
            })
    void aTimerThatCanBeReadIsFine(String kind, String when) {
        assertThat(Lint.lint(waiting(timer(kind, when)))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"timeDuration|15 minutes", "timeDate|tomorrow", "timeCycle|weekly", "timeCycle|R3/10m"})
    void aTimerThatCannotBeReadIsRefused(String kind, String when) {
        assertThat(Lint.lint(waiting(timer(kind, when))))
                .containsExactly("event-definition wait: The timer's " + kind + " '" + when
                        + "' cannot be read. Write a duration such"
                        + " as 'PT15M' or 'P1D', a date such as '2030-01-31T08:00:00Z', or a cycle such as 'R/P7D' or"
                        + " '0 0 3 * * ?'.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"<timerEventDefinition id=\"t1\"/>"})
    void aTimerSaysWhenItIsDue(String definition) {
        assertThat(Lint.lint(waiting(definition)))
                .singleElement()
                .asString()
                .startsWith("event-definition wait: The timer does not say when it is due.");
    }

    private static String timer(String kind, String when) {
        return "<timerEventDefinition id=\"t1\"><" + kind + " xsi:type=\"tFormalExpression\">" + when + "</" + kind
                + "></timerEventDefinition>";
    }

    private static Sample waiting(String definition) {
        String body =
                """
                <startEvent id="asked" name="Asked"/>
                <sequenceFlow id="f1" sourceRef="asked" targetRef="wait"/>
                <intermediateCatchEvent id="wait" name="Waited">%s</intermediateCatchEvent>
                <sequenceFlow id="f2" sourceRef="wait" targetRef="done"/>
                <endEvent id="done" name="Done"/>
                """
                        .formatted(definition);
        return new Sample().with("processes/waiting.bpmn", Sample.diagram("waiting", body));
    }
}
