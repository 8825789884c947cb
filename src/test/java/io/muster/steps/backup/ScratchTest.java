package io.muster.steps.backup;

import static io.muster.steps.SandboxBench.HOST;
import static io.muster.steps.SandboxBench.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.github.dockerjava.api.command.InspectContainerResponse;
import io.muster.inventory.Inventory;
import io.muster.inventory.RecoveryTargets;
import io.muster.inventory.RestoreTestPlan;
import io.muster.inventory.SecretRef;
import io.muster.remote.DockerEngines;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import io.muster.step.TestContext;
import io.muster.steps.SandboxBench;
import io.muster.steps.Targets;
import io.muster.steps.docker.DockerPull;
import io.muster.steps.docker.ImageResolve;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the scratch container of a restore test is given; whether it becomes healthy is for ServiceBackupIT. */
class ScratchTest {

    @TempDir
    static Path directory;

    private static SandboxBench on;
    private static String image;

    @BeforeAll
    static void begin() throws IOException {
        on = new SandboxBench(directory);
        image = on.bench
                .run(ImageResolve.class, with("image", "registry.sandbox.test:5000/notes", "tag", "1.1.0"))
                .reference();
        on.bench.run(DockerPull.class, with("host", HOST, "image", image));
        on.bench.secrets.put("database", "correct horse");
    }

    @AfterAll
    static void end() {
        on.close();
    }

    private static ServicePlan plan(Optional<RestoreTestPlan> test) {
        on.bench.services.compute("notes", (name, service) -> {
            RecoveryTargets had = service.recovery().orElseThrow();
            return new Inventory.Service(
                    service.name(),
                    service.description(),
                    service.image(),
                    service.containerClass(),
                    service.container(),
                    service.volumes(),
                    service.ports(),
                    service.env(),
                    Map.of("DB_PASSWORD", new SecretRef("database"), "TOKEN", new SecretRef("missing")),
                    service.limits(),
                    service.restart(),
                    service.health(),
                    service.healthCheck(),
                    service.metrics(),
                    service.dependencies(),
                    service.labels(),
                    Optional.of(
                            new RecoveryTargets(had.rto(), had.rpo(), had.drillEvery(), had.restoreTestEvery(), test)),
                    service.promotion(),
                    service.qualification());
        });
        return ServicePlan.of(on.bench.get(Targets.class), on.bench.context(), "notes");
    }

    private static InspectContainerResponse ran(ServicePlan plan, TestContext context) {
        Scratch scratch = on.bench.get(Scratch.class);
        catchThrowable(() -> scratch.run(context, plan, image, List.of()));
        InspectContainerResponse found = on.bench
                .get(DockerEngines.class)
                .call(on.bench.environment(), on.bench.hosts.get(HOST), "inspect", docker -> docker.inspectContainerCmd(
                                "notes" + Scratch.SUFFIX)
                        .exec());
        scratch.remove(context, plan);
        return found;
    }

    @Test
    void itHasNoNetworkAndNoSecretsWhereTheInventoryNamesNone() {
        InspectContainerResponse found = ran(plan(Optional.empty()), on.bench.context());

        assertThat(found.getHostConfig().getNetworkMode()).isEqualTo("none");
        assertThat(found.getConfig().getEnv())
                .noneMatch(env -> env.startsWith("DB_PASSWORD=") || env.startsWith("TOKEN="));
    }

    @Test
    void itHasTheNetworkAndOfTheSecretsThoseThatTheInventoryNames() {
        TestContext context = on.bench.context();

        InspectContainerResponse found =
                ran(plan(Optional.of(new RestoreTestPlan("restore-tests", List.of("DB_PASSWORD")))), context);

        assertThat(found.getHostConfig().getNetworkMode()).isEqualTo("restore-tests");
        assertThat(found.getConfig().getEnv())
                .contains("DB_PASSWORD=correct horse")
                .noneMatch(env -> env.startsWith("TOKEN="));
        assertThat(context.lines()).noneMatch(line -> line.contains("correct horse"));
    }

    @Test
    void aSecretThatIsNotThereIsNamedAndNothingIsStarted() {
        ServicePlan plan = plan(Optional.of(new RestoreTestPlan("none", List.of("TOKEN"))));
        Scratch scratch = on.bench.get(Scratch.class);

        Throwable failure = catchThrowable(() -> scratch.run(on.bench.context(), plan, image, List.of()));

        assertThat(failure).isInstanceOf(StepFailure.class).hasMessageContaining("Secret environment TOKEN");
        assertThat(((StepFailure) failure).reason()).isEqualTo(Reason.SECRET_MISSING);
        assertThat(scratch.remove(on.bench.context(), plan)).isFalse();
    }
}
