package io.muster.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class WhenCancelledRulesTest {

    private static final String START = property("startVariables", "environment,service");

    private static String property(String name, String value) {
        return "<camunda:property name=\"" + name + "\" value=\"" + value + "\"/>";
    }

    private static List<String> with(String... properties) {
        return Lint.lint(new Sample().changing(Sample.FILE, START, String.join("", properties)));
    }

    private static List<String> naming(String value) {
        return with(START, property("whenCancelled", value));
    }

    @Test
    void aStepThatCleansUpIsFine() {
        assertThat(naming("pullImage")).isEmpty();
    }

    @Test
    void aNameOfNoStepIsRefused() {
        assertThat(naming("pullImag"))
                .containsExactly("when-cancelled sample: whenCancelled names 'pullImag', which is no step. Did you mean"
                        + " 'pullImage'?");
        assertThat(naming("nothingLikeIt"))
                .containsExactly(
                        "when-cancelled sample: whenCancelled names 'nothingLikeIt', which is no step. Steps that"
                                + " can: pullImage.");
        assertThat(naming(" "))
                .containsExactly("when-cancelled sample: whenCancelled names no step. Steps that can: pullImage.");
    }

    @Test
    void aStepThatCleansUpNothingIsRefused() {
        assertThat(naming("sayHello"))
                .containsExactly("when-cancelled sample: whenCancelled names 'sayHello', which cleans up behind no"
                        + " cancelled run. Steps that can: pullImage.");
    }

    @Test
    void anElementOfTheDiagramIsRefusedWithItsStep() {
        assertThat(naming("pull-image"))
                .containsExactly("when-cancelled sample: whenCancelled names 'pull-image', which is no step. That is an"
                        + " element of the diagram: name its step, 'pullImage'.");
    }

    @Test
    void severalAreRefused() {
        assertThat(naming("pullImage,sayHello"))
                .singleElement()
                .asString()
                .contains("'pullImage,sayHello', which is no step");
        assertThat(with(START, property("whenCancelled", "pullImage"), property("whenCancelled", "pullImage")))
                .containsExactly(
                        "when-cancelled sample: whenCancelled is given 2 times, and one step cleans up. Keep one"
                                + " of them.");
    }

    @Test
    void aRunForNoServiceIsRefused() {
        assertThat(with(property("startVariables", "environment"), property("whenCancelled", "pullImage")))
                .anyMatch(violation -> violation.equals(
                        "when-cancelled sample: whenCancelled cleans up behind a run for a service, and runs may be started"
                                + " without service. Name it in startVariables."));
    }
}
