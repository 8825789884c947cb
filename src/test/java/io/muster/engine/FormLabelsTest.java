package io.muster.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What reports call the answers of the forms that there are. */
class FormLabelsTest {

    private static Map<String, String> labels(String form) throws IOException {
        return FormLabels.read(Files.readString(Path.of("forms", "recovery", form + ".html")));
    }

    @Test
    void boxesAndFieldsAreCalledWhatTheFormCallsThem() throws IOException {
        assertThat(labels("review-implementation"))
                .containsEntry("reviewPorts", "Port mappings are documented")
                .containsEntry("reviewComment", "What was looked at (evidence of each)")
                .hasSize(6)
                .extracting(found -> found.keySet().iterator().next())
                .isEqualTo("reviewNoManualSteps");
        assertThat(labels("decide-next-steps")).containsEntry("removeTestData", "Remove the test data");
    }

    @Test
    void aChoiceIsCalledByItsLegend() throws IOException {
        assertThat(labels("decide-failed-phase"))
                .containsEntry("phaseDecision", "How it goes on")
                .containsKey("decisionReason");
    }

    @Test
    void theLegendAroundBoxesIsNotWhatTheFirstOfThemIsCalled() {
        String boxes =
                """
                <fieldset><legend>What was looked at</legend>
                  <label><input type="checkbox" ng-model="answer.ports"> The ports</label>
                  <label><input type="checkbox" ng-model="answer.data"> The data</label>
                </fieldset>
                <fieldset><legend>How it goes on</legend>
                  <label><input ng-model="answer.next" type="radio" value="end"> End</label>
                </fieldset>""";
        assertThat(FormLabels.read(boxes))
                .containsExactly(
                        entry("ports", "The ports"), entry("data", "The data"), entry("next", "How it goes on"));
    }

    @Test
    void noAnswerVanishesBehindAnotherOfTheSameLabel() {
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put("a", "Comment");
        labels.put("b", "Comment");
        labels.put("notGiven", "Other");
        Map<String, String> given = new TreeMap<>(Map.of("a", "first", "b", "second", "Comment", "third", "c", "last"));
        assertThat(JournalRunFacts.labelled(labels, given))
                .containsExactly(
                        entry("Comment", "first"),
                        entry("Comment (b)", "second"),
                        entry("Comment (Comment)", "third"),
                        entry("c", "last"));
    }

    @Test
    void aLabelThatTheRunFillsInIsNone() {
        assertThat(FormLabels.read("<label for=\"answer-a\">Of {{shown.service}}</label>"))
                .isEmpty();
    }
}
