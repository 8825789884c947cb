package io.muster.steps.backup;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.HealthCheck;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.RestartPolicy;
import io.muster.inventory.Inventory;
import io.muster.inventory.Secrets;
import io.muster.remote.DockerEngines;
import io.muster.step.Reason;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.steps.SecretValues;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * A container beside that of a service, of the same image, with volumes of its own: whether the service comes up on
 * restored data, seen by its own health check. It has no network but loopback and none of the
 * service's secrets, so that it reaches nothing that the service works with, but for what the inventory names. There is at most one for a service.
 */
@Component
final class Scratch {

    static final String SUFFIX = "--restore-test";

    private static final Duration WITHIN = Duration.ofMinutes(3);

    private final DockerEngines engines;
    private final Secrets secrets;

    Scratch(DockerEngines engines, Secrets secrets) {
        this.engines = engines;
        this.secrets = secrets;
    }

    /**
     * @param volumes {@code source:target[:ro]}
     * @return its health, {@code healthy} or {@code none}
     */
    String run(StepContext context, ServicePlan plan, String image, List<String> volumes) {
        String name = plan.service().name() + SUFFIX;
        remove(context, plan);
        context.effect("docker create", plan.service().container() + "/" + name);
        String id = call(plan, "create container " + name, docker -> {
            CreateContainerCmd create = docker.createContainerCmd(image).withName(name);
            try {
                return fill(create, plan, volumes, context).exec().getId();
            } catch (NotFoundException e) {
                if (String.valueOf(e.getMessage()).contains("network")) {
                    throw e;
                }
                throw noImage(plan, image);
            }
        });
        call(plan, "start container " + name, docker -> docker.startContainerCmd(id)
                .exec());
        return healthy(context, plan, name);
    }

    private static StepFailure noImage(ServicePlan plan, String image) {
        return new StepFailure.Rejected(
                Reason.NOT_FOUND,
                "The image " + image + " is not on " + plan.service().container()
                        + " any more, so that no scratch container could run on the restored data. The backup was read and"
                        + " staged; it counts as before. Pull the image there (`docker pull`), or deploy the service, then retry.");
    }

    private CreateContainerCmd fill(
            CreateContainerCmd create, ServicePlan plan, List<String> volumes, StepContext context) {
        Inventory.Service service = plan.service();
        HostConfig host = HostConfig.newHostConfig()
                .withBinds(volumes.stream().map(Bind::parse).toList())
                .withNetworkMode(plan.restoreTest().network())
                .withRestartPolicy(RestartPolicy.noRestart());
        service.limits().memoryBytes().ifPresent(host::withMemory);
        service.limits().cpus().ifPresent(cpus -> host.withNanoCPUs(Math.round(cpus * 1_000_000_000L)));
        List<String> env = new ArrayList<>();
        service.env().forEach((key, value) -> env.add(key + "=" + value));
        plan.restoreTest()
                .secretEnv()
                .forEach(key -> env.add(key + "="
                        + SecretValues.resolve(
                                secrets,
                                "Secret environment " + key + " of the scratch container",
                                service.secretEnv().get(key))));
        service.healthCheck()
                .ifPresent(check -> create.withHealthcheck(new HealthCheck()
                        .withTest(check.test())
                        .withInterval(check.interval().toNanos())
                        .withTimeout(check.timeout().toNanos())
                        .withStartPeriod(check.startPeriod().toNanos())
                        .withRetries(check.retries())));
        return create.withHostConfig(host)
                .withEnv(env)
                .withLabels(Map.of(
                        "io.muster.scratch",
                        service.name(),
                        "io.muster.run",
                        context.run().rootId()));
    }

    private String healthy(StepContext context, ServicePlan plan, String name) {
        Instant until = context.clock().instant().plus(WITHIN);
        while (true) {
            InspectContainerResponse found =
                    inspect(plan, name).orElseThrow(() -> failed(plan, name, "is gone: somebody removed it"));
            String health = found.getState().getHealth() == null
                    ? "none"
                    : found.getState().getHealth().getStatus();
            boolean running = Boolean.TRUE.equals(found.getState().getRunning());
            if (running && (health.equals("healthy") || health.equals("none"))) {
                return health;
            }
            if (!running && !"created".equals(found.getState().getStatus())) {
                throw failed(
                        plan,
                        name,
                        "has ended with exit code " + found.getState().getExitCodeLong());
            }
            if (health.equals("unhealthy") || context.clock().instant().isAfter(until)) {
                throw failed(plan, name, "did not become healthy within " + WITHIN + " (health " + health + ")");
            }
            context.pause(Duration.ofSeconds(1));
        }
    }

    private static StepFailure failed(ServicePlan plan, String name, String what) {
        return new StepFailure.Rejected(
                Reason.CHECK_FAILED,
                "The scratch container " + plan.service().container() + "/" + name + " " + what
                        + " with the restored data. It ran "
                        + plan.restoreTest().inWords()
                        + "; where the service does not start so, say in `recovery.restore-test` of the inventory which"
                        + " `network` and `secret-env` it needs. The service itself was not touched; the scratch container and its data are"
                        + " removed.");
    }

    /** Whether there was one. */
    boolean remove(StepContext context, ServicePlan plan) {
        String name = plan.service().name() + SUFFIX;
        Optional<InspectContainerResponse> found = inspect(plan, name);
        if (found.isEmpty()) {
            return false;
        }
        if (found.get().getConfig().getLabels() == null
                || !found.get().getConfig().getLabels().containsKey("io.muster.scratch")) {
            throw new StepFailure.Rejected(
                    Reason.CONFLICT,
                    "Container " + plan.service().container() + "/" + name
                            + " is none of Muster's scratch containers; rename it, then retry.");
        }
        context.effect("docker rm", plan.service().container() + "/" + name);
        call(plan, "remove container " + name, docker -> docker.removeContainerCmd(
                        found.get().getId())
                .withForce(true)
                .exec());
        return true;
    }

    private Optional<InspectContainerResponse> inspect(ServicePlan plan, String name) {
        return call(plan, "inspect container " + name, docker -> {
            try {
                return Optional.of(docker.inspectContainerCmd(name).exec());
            } catch (NotFoundException e) {
                return Optional.empty();
            }
        });
    }

    private <T> T call(
            ServicePlan plan,
            String what,
            java.util.function.Function<com.github.dockerjava.api.DockerClient, T> call) {
        Inventory.Host host = plan.environment().hosts().get(plan.service().container());
        return engines.call(plan.environment(), host, what, call);
    }
}
