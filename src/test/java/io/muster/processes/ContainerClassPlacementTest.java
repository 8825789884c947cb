package io.muster.processes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.camunda.bpm.engine.DecisionService;
import org.camunda.bpm.engine.variable.Variables;
import org.camunda.bpm.model.dmn.instance.DecisionTable;
import org.camunda.bpm.model.dmn.instance.Rule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;

/** The table as deployed: what departs from which rule. */
class ContainerClassPlacementTest extends ProcessTest {

    private static final String TABLE = "container-class-placement";

    private static final String CORE_IN_EXPERIMENTAL = "No core service runs in an experimental container.";
    private static final String CORE_IN_MONITORING =
            "Core services stay separate from monitoring: a core service belongs in a core container.";
    private static final String MONITORING_IN_CORE = "No monitoring service runs in a core container.";
    private static final String EXPERIMENTAL_IN_CORE =
            "Experimental services stay separate from core services: validate in an experimental container first.";
    private static final String EXPERIMENTAL_IN_MONITORING =
            "Experimental services stay separate from monitoring: validate in an experimental container first.";
    private static final String NOT_PERSISTENT = "Persistent data stays on the persistent storage of its container.";

    @Autowired
    DecisionService decisions;

    private List<String> deviations(String service, String container, Boolean persistent) {
        return decisions
                .evaluateDecisionTableByKey(
                        TABLE,
                        Variables.createVariables()
                                .putValue("serviceClass", service)
                                .putValue("containerClass", container)
                                .putValue("persistent", persistent))
                .collectEntries("rule");
    }

    /** Service class, container class, and the rule about the two that is departed from, if any. */
    static Stream<Arguments> placements() {
        return Stream.of(
                Arguments.of("core", "core", List.of()),
                Arguments.of("core", "monitoring", List.of(CORE_IN_MONITORING)),
                Arguments.of("core", "experimental", List.of(CORE_IN_EXPERIMENTAL)),
                Arguments.of("monitoring", "core", List.of(MONITORING_IN_CORE)),
                Arguments.of("monitoring", "monitoring", List.of()),
                Arguments.of("monitoring", "experimental", List.of()),
                Arguments.of("experimental", "core", List.of(EXPERIMENTAL_IN_CORE)),
                Arguments.of("experimental", "monitoring", List.of(EXPERIMENTAL_IN_MONITORING)),
                Arguments.of("experimental", "experimental", List.of()));
    }

    @ParameterizedTest
    @MethodSource("placements")
    void aPlacementWithPersistentDataDepartsFromTheRuleOfTheTwoClassesAlone(
            String service, String container, List<String> rules) {
        assertThat(deviations(service, container, true)).isEqualTo(rules);
    }

    @ParameterizedTest
    @MethodSource("placements")
    void dataElsewhereDepartsFromItsRuleBesideThatOfTheTwoClasses(
            String service, String container, List<String> rules) {
        assertThat(deviations(service, container, false))
                .isEqualTo(
                        Stream.concat(rules.stream(), Stream.of(NOT_PERSISTENT)).toList());
    }

    @ParameterizedTest
    @CsvSource({
        "core-in-experimental, core, experimental, true",
        "core-in-monitoring, core, monitoring, true",
        "monitoring-in-core, monitoring, core, true",
        "experimental-in-core, experimental, core, true",
        "experimental-in-monitoring, experimental, monitoring, true",
        "data-not-persistent, core, core, false"
    })
    void eachRowHasACaseThatMatchesItAndNoOther(String row, String service, String container, boolean persistent) {
        assertThat(deviations(service, container, persistent)).containsExactly(text(row));
    }

    @Test
    void theTableHasNoRowBesideThoseThatAreTestedHere() {
        assertThat(table().getRules())
                .extracting(Rule::getId)
                .containsExactly(
                        "core-in-experimental",
                        "core-in-monitoring",
                        "monitoring-in-core",
                        "experimental-in-core",
                        "experimental-in-monitoring",
                        "data-not-persistent");
    }

    @Test
    void theTableListsTheClassesThatTheInventoryKnows() {
        List<String> classes = Arrays.stream(io.muster.inventory.Inventory.ContainerClass.values())
                .map(it -> '"' + it.text() + '"')
                .toList();
        assertThat(table().getInputs())
                .filteredOn(input -> input.getInputValues() != null)
                .hasSize(2)
                .allSatisfy(input -> assertThat(
                                input.getInputValues().getTextContent().strip().split(","))
                        .containsExactlyInAnyOrderElementsOf(classes));
    }

    @Test
    void whatIsEvaluatedIsKeptInTheHistory() {
        long before = history.createHistoricDecisionInstanceQuery()
                .decisionDefinitionKey(TABLE)
                .count();
        deviations("core", "core", true);
        assertThat(history.createHistoricDecisionInstanceQuery()
                        .decisionDefinitionKey(TABLE)
                        .count())
                .isEqualTo(before + 1);
    }

    private String text(String row) {
        return Map.of(
                        "core-in-experimental", CORE_IN_EXPERIMENTAL,
                        "core-in-monitoring", CORE_IN_MONITORING,
                        "monitoring-in-core", MONITORING_IN_CORE,
                        "experimental-in-core", EXPERIMENTAL_IN_CORE,
                        "experimental-in-monitoring", EXPERIMENTAL_IN_MONITORING,
                        "data-not-persistent", NOT_PERSISTENT)
                .get(row);
    }

    private DecisionTable table() {
        String id = repository
                .createDecisionDefinitionQuery()
                .decisionDefinitionKey(TABLE)
                .latestVersion()
                .singleResult()
                .getId();
        return repository
                .getDmnModelInstance(id)
                .getModelElementsByType(DecisionTable.class)
                .iterator()
                .next();
    }
}
