package io.muster.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.camunda.bpm.engine.test.assertions.bpmn.BpmnAwareTests.assertThat;

import io.muster.step.ByteSize;
import io.muster.steps.target.Finding;
import io.muster.steps.target.TargetCheck;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.junit.jupiter.api.Test;

class TargetCheckProcessTest extends ProcessTest {

    private ProcessInstance checked(TargetCheck.Output output, Map<String, Object> variables) {
        steps.answer("check-targets", output);
        ProcessInstance run = startAs("operator", "target-check", variables);
        goOn(run);
        return run;
    }

    private static TargetCheck.Output output(Finding... wrong) {
        return new TargetCheck.Output(wrong.length == 0, "A summary", 3, wrong.length, List.of(wrong));
    }

    @Test
    void targetsWithoutFindingsAreReady() {
        ProcessInstance run = checked(output(), Map.of("environment", "prod"));
        assertThat(run).isEnded().hasPassed("targets-ready").hasNotPassed("targets-not-ready");
        assertThat(steps.calls()).singleElement().matches(call -> call.input()
                .equals(new TargetCheck.Input(
                        null, Duration.ofSeconds(20), ByteSize.parse("1GiB"), Duration.ofSeconds(5), List.of())));
    }

    @Test
    void targetsWithAFindingAreNot() {
        ProcessInstance run = checked(
                output(new Finding("host apps-01", "sudo", false, "none", "root", "Allow it.")),
                Map.of("environment", "prod"));
        assertThat(run).isEnded().hasPassed("targets-not-ready").hasNotPassed("targets-ready");
    }

    @Test
    void oneHostCanBeNamed() {
        checked(output(), Map.of("environment", "prod", "host", "apps-01"));
        assertThat(((TargetCheck.Input) steps.calls().get(0).input()).host()).isEqualTo("apps-01");
    }

    @Test
    void aHostThatIsNotThereIsRefusedAtTheStart() {
        assertThatThrownBy(() -> startAs("operator", "target-check", Map.of("environment", "prod", "host", "apps-1")))
                .hasMessageContaining("'host' is 'apps-1'")
                .hasMessageContaining("Allowed: apps-01, bare-01, new-01.");
    }
}
