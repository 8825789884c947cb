package io.muster.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.step.InputBinder;
import io.muster.step.StepCatalogue;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ShippedRunbooksTest {

    private final InputBinder binder = new InputBinder();
    private final StepCatalogue steps = StepCatalogue.described("io.muster.steps", binder);

    @Test
    void theRunbooksThatShipHaveNoViolations() {
        assertThat(new RunbookLinter(steps, binder).lint(RunbookFiles.in(Path.of(""))))
                .isEmpty();
    }
}
