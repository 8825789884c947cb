package io.muster.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class StartVariableRulesTest {

    private static final String START = property("startVariables", "environment,service");

    private static String property(String name, String value) {
        return "<camunda:property name=\"" + name + "\" value=\"" + value + "\"/>";
    }

    private static List<String> with(String... properties) {
        return Lint.lint(new Sample().changing(Sample.FILE, START, String.join("", properties)));
    }

    @Test
    void optionalOnesChoicesAndContainersOfTheInventoryAreFine() {
        assertThat(with(
                        START,
                        property("optionalStartVariables", "container, data"),
                        property("specifiedContainers", "container"),
                        property("choices.data", "keep, remove"),
                        property("teamOfOurs", "platform")))
                .isEmpty();
    }

    @Test
    void aContainerThatNoRunIsStartedWithIsRefused() {
        assertThat(with(
                        START,
                        property("optionalStartVariables", "container"),
                        property("specifiedContainers", "contaner")))
                .containsExactly("start-variables sample: 'contaner' in specifiedContainers is no start variable, so"
                        + " nothing looks whether it is a container that the inventory specifies. Did you mean"
                        + " 'container'?");
    }

    @Test
    void containersWithoutAnEnvironmentAreRefused() {
        assertThat(with(
                        property("startVariables", "service"),
                        property("optionalStartVariables", "environment"),
                        property("specifiedContainers", "service")))
                .anyMatch(violation -> violation.startsWith(
                        "start-variables sample: specifiedContainers needs an" + " environment to look in"));
    }

    @Test
    void namesThatAreNoneOrGivenTwiceAreRefused() {
        assertThat(with(
                        property("startVariables", "environment,service,the reason"),
                        property("optionalStartVariables", "service")))
                .containsExactlyInAnyOrder(
                        "start-variables sample: 'the reason' in startVariables is no name of a variable. Letters, digits"
                                + " and _, several with commas.",
                        "start-variables sample: The start variable 'service' is named twice. Name it once: in"
                                + " startVariables if every run must have it, else in optionalStartVariables.");
    }

    @Test
    void choicesForNothingAndOfNothingAreRefused() {
        assertThat(with(START, property("choices.servce", "a,b")))
                .singleElement()
                .asString()
                .contains("Choices are given for 'servce', which is no start variable. Did you mean 'service'?");
        assertThat(with(START, property("choices.service", " , ")))
                .singleElement()
                .asString()
                .contains("are none");
        assertThat(with(START, property("choices.service", "a,a")))
                .singleElement()
                .asString()
                .contains("not all different");
    }

    @Test
    void aMistypedPropertyIsRefusedAndOnesOwnIsNot() {
        assertThat(with(START, property("specifiedContainer", "service")))
                .singleElement()
                .asString()
                .contains(
                        "The property 'specifiedContainer' of the process means nothing. Did you mean 'specifiedContainers'?");
    }
}
