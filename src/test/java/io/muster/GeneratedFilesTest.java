package io.muster;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.runbook.Templates;
import io.muster.step.InputBinder;
import io.muster.step.StepCatalogue;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Element templates and the page of steps are what the steps say. */
class GeneratedFilesTest {

    @Test
    void theCommittedFilesAreCurrent() throws IOException {
        Templates templates = new Templates(StepCatalogue.described("io.muster.steps", new InputBinder()));
        assertThat(templates.outdated(Path.of("")))
                .as("regenerate with: ./mvnw -q spring-boot:run -Dspring-boot.run.arguments=templates")
                .isEmpty();
    }
}
