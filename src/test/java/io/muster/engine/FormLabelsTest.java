package io.muster.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
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
    void aLabelThatTheRunFillsInIsNone() {
        assertThat(FormLabels.read("<label for=\"answer-a\">Of {{shown.service}}</label>"))
                .isEmpty();
    }
}
