package io.muster.processes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.DecisionService;
import org.camunda.bpm.engine.variable.VariableMap;
import org.camunda.bpm.engine.variable.Variables;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;

/** The table as deployed: one fact that is not as it must be, one rule. */
class PromotionRulesTest extends ProcessTest {

    @Autowired
    DecisionService decisions;

    private List<String> departures(Map<String, Object> differing) {
        VariableMap facts = Variables.createVariables()
                .putValue("currentContainerClass", "experimental")
                .putValue("serviceClass", "core")
                .putValue("containerClass", "core")
                .putValue("persistent", true)
                .putValue("healthy", true)
                .putValue("deployedByRun", true)
                .putValue("deviated", false)
                .putValue("longEnough", true);
        facts.putAll(differing);
        return decisions.evaluateDecisionTableByKey("promotion-rules", facts).collectEntries("rule");
    }

    @Test
    void whatWasValidatedInExperimentalGoesToItsProductionClass() {
        assertThat(departures(Map.of())).isEmpty();
        assertThat(departures(Map.of("serviceClass", "monitoring", "containerClass", "monitoring")))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "currentContainerClass, core, from experimental containers",
        "containerClass, experimental, to a production class",
        "serviceClass, experimental, is of a production class",
        "containerClass, monitoring, belongs in a core container",
        "serviceClass, monitoring, No monitoring service"
    })
    void eachClassThatIsWrongDepartsFromOneRule(String fact, String value, String rule) {
        assertThat(departures(Map.of(fact, value))).singleElement().asString().contains(rule);
    }

    @ParameterizedTest
    @CsvSource({
        "persistent, false, persistent storage",
        "healthy, false, healthy now",
        "deployedByRun, false, completed run",
        "deviated, true, deviation",
        "longEnough, false, promotion.after"
    })
    void eachFactThatIsWrongDepartsFromOneRule(String fact, boolean value, String rule) {
        assertThat(departures(Map.of(fact, value))).singleElement().asString().contains(rule);
    }
}
