package io.muster.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.step.InputBinder;
import io.muster.step.StepCatalogue;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class GeneratedFilesTest {

    private static final Path ROOT = Path.of("");

    @Test
    void theCommittedTemplatesAndStepsPageAreWhatTheStepsSay() throws IOException {
        Templates templates = new Templates(StepCatalogue.described("io.muster.steps", new InputBinder()));
        assertThat(templates.outdated(ROOT))
                .as("outdated; write them anew with: ./mvnw -q spring-boot:run -Dspring-boot.run.arguments=templates")
                .isEmpty();
    }
}
