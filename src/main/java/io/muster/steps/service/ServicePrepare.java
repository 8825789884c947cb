package io.muster.steps.service;

import io.muster.inventory.HealthCheck;
import io.muster.inventory.Inventory;
import io.muster.inventory.Metrics;
import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.step.StepInfo;
import io.muster.steps.Targets;
import jakarta.validation.constraints.NotBlank;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

@StepInfo(
        name = "servicePrepare",
        title = "Prepare a service",
        description =
                "Reads a service from the inventory that the run pinned: image, class, container, volumes and where they"
                        + " are, ports, limits, health and metrics. A service without a health URL or a metrics endpoint is refused"
                        + " with `NotObservable`: every service integrates with monitoring.",
        category = "Service",
        changes = false,
        afterCrash = AfterCrash.REPEAT,
        errors = {Reason.NOT_IN_INVENTORY, ServicePrepare.NOT_OBSERVABLE})
public class ServicePrepare implements Step<ServicePrepare.Input, ServicePrepare.Output> {

    static final String NOT_OBSERVABLE = "NotObservable";

    public record Input(
            @NotBlank @Field(label = "Service", description = "A service of the run's environment.", example = "notes")
                    String service) {}

    public record Output(
            @Field(label = "Image", description = "Repository without a tag.") String image,
            @Field(label = "Service class", description = "core, monitoring or experimental.") String serviceClass,
            @Field(label = "Container", description = "The LXC container (host) it runs in.") String container,
            @Field(label = "Container class", description = "core, monitoring or experimental.") String containerClass,
            @Field(
                            label = "Data is persistent",
                            description = "Whether every volume is on the container's persistent storage.")
                    boolean persistent,
            @Field(
                            label = "Volumes elsewhere",
                            description = "Volumes that are not on persistent storage; empty when none.")
                    String strayVolumes,
            @Field(label = "Volumes") List<String> volumes,
            @Field(label = "Ports") List<String> ports,
            @Field(label = "Environment") Map<String, String> env,
            @Field(label = "Secret environment", description = "References only.") Map<String, String> secretEnv,
            @Field(label = "Labels") Map<String, String> labels,
            @Field(label = "Memory limit", description = "In bytes; null without one.") Long memory,
            @Field(label = "CPU limit", description = "Null without one.") Double cpus,
            @Field(label = "Restart policy") String restart,
            @Field(label = "Health check", description = "Docker's form; empty when the image's own is used.")
                    List<String> healthTest,
            @Field(label = "Health interval") String healthInterval,
            @Field(label = "Health time-out") String healthTimeout,
            @Field(label = "Health start period") String healthStartPeriod,
            @Field(label = "Health retries") Integer healthRetries,
            @Field(label = "Health URL") String healthUrl,
            @Field(label = "Health status") int healthStatus,
            @Field(label = "Health JSON path", description = "Null without one.") String healthJsonPath,
            @Field(label = "Health JSON value", description = "Null without one.") String healthJsonValue,
            @Field(label = "Metrics target", description = "host:port") String metricsTarget,
            @Field(label = "Metrics path") String metricsPath,
            @Field(label = "Metrics scheme") String metricsScheme) {}

    private final Targets targets;

    ServicePrepare(Targets targets) {
        this.targets = targets;
    }

    @Override
    public String target(Input input) {
        return input.service();
    }

    @Override
    public Output run(Input input, StepContext context) {
        return prepared(targets, targets.service(context, input.service()), context);
    }

    static Output prepared(Targets targets, Inventory.Service service, StepContext context) {
        refuseUnobservable(service);
        Inventory.Host host = targets.host(context, service.container());
        Inventory.ContainerClass hostClass = host.containerClass()
                .orElseThrow(() -> new StepFailure.Rejected(
                        Reason.NOT_IN_INVENTORY,
                        "Host '" + host.name()
                                + "' has no `class` in the inventory, so no service may be placed there."));
        List<String> stray = strayVolumes(service, host);
        context.log()
                .info("Service " + service.name() + " ("
                        + service.containerClass().text() + ") runs in " + host.name() + " ("
                        + hostClass.text() + "), image " + service.image()
                        + (stray.isEmpty() ? "" : "; not on persistent storage: " + String.join(", ", stray)));
        return output(service, host, hostClass, stray);
    }

    private static void refuseUnobservable(Inventory.Service service) {
        List<String> missing = new ArrayList<>();
        if (service.health().isEmpty()) {
            missing.add("`health`");
        }
        if (service.metrics().isEmpty()) {
            missing.add("`metrics`");
        }
        if (!missing.isEmpty()) {
            throw new StepFailure.Rejected(
                    NOT_OBSERVABLE,
                    "Service '" + service.name() + "' has no " + String.join(" and no ", missing)
                            + " in the inventory. Every service integrates with monitoring: add what is missing.");
        }
    }

    private static List<String> strayVolumes(Inventory.Service service, Inventory.Host host) {
        return service.volumes().stream()
                .map(Inventory.Volume::source)
                .filter(source -> host.persistentStorage().stream().noneMatch(storage -> Path.of(source)
                        .normalize()
                        .startsWith(Path.of(storage).normalize())))
                .toList();
    }

    private static Output output(
            Inventory.Service service, Inventory.Host host, Inventory.ContainerClass hostClass, List<String> stray) {
        Inventory.Health health = service.health().orElseThrow();
        Metrics metrics = service.metrics().orElseThrow();
        var check = service.healthCheck();
        return new Output(
                service.image(),
                service.containerClass().text(),
                host.name(),
                hostClass.text(),
                stray.isEmpty(),
                String.join(", ", stray),
                service.volumes().stream()
                        .map(volume -> volume.source() + ":" + volume.target() + (volume.readOnly() ? ":ro" : ""))
                        .toList(),
                service.ports().stream()
                        .map(port ->
                                port.address().map(address -> address + ":").orElse("") + port.host() + ":"
                                        + port.container())
                        .toList(),
                service.env(),
                service.secretEnv().entrySet().stream()
                        .collect(Collectors.toMap(
                                Map.Entry::getKey, entry -> entry.getValue().toString(), (a, b) -> b, TreeMap::new)),
                service.labels(),
                service.limits().memoryBytes().orElse(null),
                service.limits().cpus().orElse(null),
                service.restart(),
                check.map(HealthCheck::test).orElse(List.of()),
                check.map(value -> value.interval().toString()).orElse(null),
                check.map(value -> value.timeout().toString()).orElse(null),
                check.map(value -> value.startPeriod().toString()).orElse(null),
                check.map(HealthCheck::retries).orElse(null),
                health.url(),
                health.status(),
                health.jsonPath().orElse(null),
                health.jsonValue().orElse(null),
                metrics.target(),
                metrics.path(),
                metrics.scheme());
    }
}
