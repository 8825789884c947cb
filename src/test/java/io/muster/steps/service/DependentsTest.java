package io.muster.steps.service;

import static io.muster.steps.SandboxBench.HOST;
import static io.muster.steps.SandboxBench.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.inventory.Inventory;
import io.muster.sandbox.registry.TestImages;
import io.muster.step.Reason;
import io.muster.steps.SandboxBench;
import io.muster.steps.docker.DockerPull;
import io.muster.steps.docker.DockerRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who depends on a service, by the inventory and by what the engines have. */
class DependentsTest {

    @TempDir
    static Path directory;

    private static SandboxBench on;

    @BeforeAll
    static void begin() throws IOException {
        on = new SandboxBench(directory);
        String image = "registry.sandbox.test:5000/idle@"
                + TestImages.publish(
                        directory.resolve("sandbox/images"),
                        "idle",
                        "1",
                        Map.of("Cmd", List.of("/bin/sh", "-c", "sleep 999")));
        on.bench.services.put("leaning", dependent("leaning"));
        on.bench.services.put("planned", dependent("planned"));
        on.bench.run(DockerPull.class, with("host", HOST, "image", image));
        on.bench.run(DockerRun.class, with("host", HOST, "name", "leaning", "image", image));
    }

    @AfterAll
    static void end() {
        on.close();
    }

    private static Inventory.Service dependent(String name) {
        Inventory.Service notes = on.bench.services.get("notes");
        return new Inventory.Service(
                name,
                "",
                notes.image(),
                notes.containerClass(),
                HOST,
                List.of(),
                List.of(),
                Map.of(),
                Map.of(),
                notes.limits(),
                "no",
                notes.health(),
                notes.healthCheck(),
                notes.metrics(),
                List.of("notes"),
                Map.of("team", "platform"),
                notes.recovery(),
                Optional.empty());
    }

    @Test
    void onlyWhoIsDeployedIsADependentThatIsThere() {
        ServiceDependents.Output found = on.bench.run(ServiceDependents.class, with("service", "notes"));
        assertThat(found.dependents())
                .containsExactly("leaning (experimental, in experimental-01, team platform, running)");
        assertThat(found.count()).isOne();
        assertThat(on.bench
                        .run(ServiceDependents.class, with("service", "leaning"))
                        .count())
                .isZero();
        assertThat(on.bench
                        .failure(ServiceDependents.class, with("service", "absent"))
                        .reason())
                .isEqualTo(Reason.NOT_IN_INVENTORY);
    }
}
