package io.muster.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.junit.jupiter.api.Test;

class DecisionTest extends EngineTest {

    private static final String RULES =
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="rules" name="rules" namespace="test">
              <decision id="%s" name="rules">
                <decisionTable id="table" hitPolicy="COLLECT">
                  <input id="in"><inputExpression id="e" typeRef="string"><text>wanted</text></inputExpression></input>
                  <output id="out" name="deviation" typeRef="string"/>
                  <rule id="r1"><inputEntry id="i1"><text>"a"</text></inputEntry><outputEntry id="o1"><text>"first"</text></outputEntry></rule>
                  <rule id="r2"><inputEntry id="i2"><text>"a"</text></inputEntry><outputEntry id="o2"><text>"second"</text></outputEntry></rule>
                </decisionTable>
              </decision>
            </definitions>
            """;

    @Test
    void whatADecisionCollectsIsReadByExpressionsAndSteps() {
        String key = unique("decides");
        repository
                .createDeployment()
                .addInputStream(
                        key + ".dmn",
                        new java.io.ByteArrayInputStream(
                                RULES.formatted(key + "-rules").getBytes(StandardCharsets.UTF_8)))
                .deploy();
        deploy(process(key)
                .startEvent()
                .businessRuleTask("apply-rules")
                .camundaAsyncBefore()
                .camundaDecisionRef(key + "-rules")
                .camundaMapDecisionResult("collectEntries")
                .camundaResultVariable("deviations")
                .exclusiveGateway()
                .condition("some", "${deviations.size() > 1}")
                .serviceTask("say-it")
                .camundaAsyncBefore()
                .camundaDelegateExpression("${sayAgain}")
                .camundaInputParameter("text", key)
                .camundaInputParameter("items", "${deviations}")
                .userTask("look")
                .endEvent()
                .moveToLastGateway()
                .endEvent("none")
                .done());
        ProcessInstance run = start(key, Map.of("wanted", "a"));
        runJob(run);
        runJob(run);
        assertThat(steps(run).get(0).input()).contains("first", "second");
        assertThat((Collection<?>) runtime.getVariable(run.getId(), "deviations"))
                .hasSize(2);
    }

    @Test
    void whatADecisionDoesNotFindIsAnEmptyListThatCanBeReadAgain() {
        String key = unique("decides");
        repository
                .createDeployment()
                .addInputStream(
                        key + ".dmn",
                        new java.io.ByteArrayInputStream(
                                RULES.formatted(key + "-rules").getBytes(StandardCharsets.UTF_8)))
                .deploy();
        deploy(process(key)
                .startEvent()
                .businessRuleTask("apply-rules")
                .camundaAsyncBefore()
                .camundaDecisionRef(key + "-rules")
                .camundaMapDecisionResult("collectEntries")
                .camundaResultVariable("deviations")
                .userTask("look")
                .endEvent()
                .done());
        ProcessInstance run = start(key, Map.of("wanted", "b", "asked", List.of("x"), "limits", Map.of("a", 1)));
        runJob(run);
        assertThat(runtime.getVariables(run.getId()))
                .containsEntry("deviations", List.of())
                .containsEntry("asked", List.of("x"))
                .containsEntry("limits", Map.of("a", 1));
    }
}
