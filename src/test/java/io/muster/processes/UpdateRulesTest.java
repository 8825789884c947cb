package io.muster.processes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.camunda.bpm.engine.DecisionService;
import org.camunda.bpm.engine.variable.Variables;
import org.camunda.bpm.model.dmn.instance.DecisionTable;
import org.camunda.bpm.model.dmn.instance.Rule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;

/** The table as deployed: which step from version to version departs from which rule. */
class UpdateRulesTest extends ProcessTest {

    private static final String TABLE = "update-rules";

    @Autowired
    DecisionService decisions;

    private List<String> deviations(String service, String step, int majorsApart, boolean preRelease) {
        return decisions
                .evaluateDecisionTableByKey(
                        TABLE,
                        Variables.createVariables()
                                .putValue("serviceClass", service)
                                .putValue("versionStep", step)
                                .putValue("majorsApart", majorsApart)
                                .putValue("preRelease", preRelease))
                .collectEntries("rule");
    }

    @ParameterizedTest
    @CsvSource({
        "core, patch, 0",
        "core, minor, 0",
        "core, major, 1",
        "monitoring, patch, 0",
        "monitoring, major, 1",
        "experimental, minor, 0",
        "experimental, major, 1",
        "experimental, major, 3",
        "experimental, downgrade, 0",
        "experimental, unordered, 0"
    })
    void theseStepsAreTakenDirectly(String service, String step, int majorsApart) {
        assertThat(deviations(service, step, majorsApart, false)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "core, downgrade, 0, No downgrade of a core",
        "monitoring, downgrade, 1, No downgrade of a core",
        "experimental, downgrade, 1, No downgrade over a major version",
        "core, major, 2, one at a time",
        "monitoring, major, 3, one at a time",
        "core, unordered, 0, told to be newer by its number",
        "monitoring, unordered, 0, told to be newer by its number"
    })
    void theseDepartFromExactlyOneRule(String service, String step, int majorsApart, String rule) {
        assertThat(deviations(service, step, majorsApart, false))
                .singleElement()
                .asString()
                .contains(rule);
    }

    @Test
    void aPreReleaseIsForExperimentalServicesAndAddsToWhatElseIsDepartedFrom() {
        assertThat(deviations("experimental", "minor", 0, true)).isEmpty();
        assertThat(deviations("core", "minor", 0, true))
                .singleElement()
                .asString()
                .contains("pre-release");
        assertThat(deviations("core", "major", 2, true)).hasSize(2);
    }

    @Test
    void theTableHasNoRowBesideThoseThatAreTestedHere() {
        String id = repository
                .createDecisionDefinitionQuery()
                .decisionDefinitionKey(TABLE)
                .latestVersion()
                .singleResult()
                .getId();
        DecisionTable table = repository
                .getDmnModelInstance(id)
                .getModelElementsByType(DecisionTable.class)
                .iterator()
                .next();
        assertThat(table.getRules())
                .extracting(Rule::getId)
                .containsExactly(
                        "downgrade-in-production",
                        "downgrade-over-major",
                        "skipped-major",
                        "pre-release-in-production",
                        "unordered-in-production");
    }
}
