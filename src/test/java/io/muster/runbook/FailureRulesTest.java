package io.muster.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What a diagram says about decisions on its failed steps. */
class FailureRulesTest {

    private static final String STEP = "camunda:asyncBefore=\"true\">\n  <extensionElements>";

    private static List<String> step(String properties) {
        return Lint.replacing(STEP, STEP + "<camunda:properties>" + properties + "</camunda:properties>");
    }

    private static String property(String name, String value) {
        return "<camunda:property name=\"" + name + "\" value=\"" + value + "\"/>";
    }

    @Test
    void aStepMayBeSkippable() {
        assertThat(step(property("skippable", "true") + property("skipOutput.digest", "none")))
                .isEmpty();
        assertThat(step(property("skippable", "yes")))
                .containsExactly(
                        "failed-step pull-image: 'skippable' is 'yes'. Give 'true' or 'false', or remove the property.");
    }

    @Test
    void whatStandsForAnOutputNeedsThatOutputAndAStepThatCanBeSkipped() {
        assertThat(step(property("skipOutput.digets", "none")))
                .containsExactlyInAnyOrder(
                        "failed-step pull-image: 'skipOutput.digets' has no effect: the task cannot be skipped. Set the"
                                + " property 'skippable' to 'true', or remove this one.",
                        "failed-step pull-image: The step 'pullImage' has no output 'digets'. Did you mean 'digest'?");
    }

    @Test
    void anApprovalIsNeverSkipped() {
        String form = "camunda:formRefBinding=\"deployment\"/>";
        assertThat(Lint.replacing(
                        form,
                        "camunda:formRefBinding=\"deployment\"><extensionElements><camunda:properties>"
                                + property("skippable", "true")
                                + "</camunda:properties></extensionElements></userTask>"))
                .containsExactly(
                        "failed-step approve-deployment: 'skippable' stands on what is no step: only a failed step can be"
                                + " skipped, an approval never. Remove the property.");
    }

    @Test
    void theOwningGroupExists() {
        assertThat(Lint.lint(owned("admins"))).isEmpty();
        assertThat(Lint.lint(owned("operator")))
                .singleElement()
                .asString()
                .contains("there is no group 'operator'. Did you mean 'operators'?");
    }

    private static Sample owned(String group) {
        String last = "</camunda:properties></extensionElements>\n<startEvent";
        return new Sample().changing(Sample.FILE, last, property("ownerGroup", group) + last);
    }

    @Test
    void anyStepCanBeAborted() {
        assertThat(Lint.replacing("errorRef=\"not-found\"", "errorRef=\"run-aborted\""))
                .isEmpty();
    }

    @Test
    void anOutputMayTellThatTheStepWasSkipped() {
        assertThat(Lint.replacing("${digest}</camunda:outputParameter>", "${skipped}</camunda:outputParameter>"))
                .isEmpty();
    }
}
