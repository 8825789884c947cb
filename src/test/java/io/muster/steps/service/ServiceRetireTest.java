package io.muster.steps.service;

import static io.muster.steps.SandboxBench.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.inventory.Placement;
import io.muster.inventory.Placements;
import io.muster.step.Reason;
import io.muster.step.TestContext;
import io.muster.steps.SandboxBench;
import io.muster.steps.TwiceEqualsOnce;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceRetireTest {

    private static final String ARCHIVE = "monitoring-01:/srv/persistent/archive/x";

    @TempDir
    Path directory;

    @Test
    @TwiceEqualsOnce(again = "serviceRetire")
    void aRetirementIsRecordedOnceWithWhereTheDataIs() throws IOException {
        try (SandboxBench on = new SandboxBench(directory)) {
            TestContext context = on.bench.context();
            var input = with("service", "notes", "archive", ARCHIVE);
            ServiceRetire.Output first = on.bench.run(ServiceRetire.class, context, input);
            assertThat(context.effects()).containsExactly("record retirement notes");
            assertThat(on.bench.run(ServiceRetire.class, context, input)).isEqualTo(first);
            Placements placements = on.bench.get(Placements.class);
            assertThat(placements.all()).hasSize(1);
            assertThat(placements.find("test", "notes"))
                    .get()
                    .extracting(Placement::state, Placement::container, Placement::from, Placement::archive)
                    .containsExactly(
                            Placement.State.RETIRED, "experimental-01", Optional.empty(), Optional.of(ARCHIVE));
            assertThat(on.bench
                            .failure(ServiceRetire.class, with("service", "no", "archive", ARCHIVE))
                            .reason())
                    .isEqualTo(Reason.NOT_IN_INVENTORY);
        }
    }
}
