package io.muster.steps.volume;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.NotFoundException;
import io.muster.inventory.Inventory;
import io.muster.remote.DockerEngines;
import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepInfo;
import io.muster.steps.Targets;
import jakarta.validation.constraints.NotBlank;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

@StepInfo(
        name = "volumesMounted",
        title = "Look whether a container has its volumes",
        description =
                "Compares the mounts of a service's container with the volumes that the inventory gives it: a service that comes up"
                        + " without one runs, and has none of its data. It succeeds whatever it finds: look at `mounted`.",
        category = "Volume",
        changes = false,
        afterCrash = AfterCrash.REPEAT,
        errors = {Reason.NOT_IN_INVENTORY})
public class VolumesMounted implements Step<VolumesMounted.Input, VolumesMounted.Output> {

    public record Input(
            @NotBlank @Field(label = "Service", description = "A service of the run's environment.", example = "notes")
                    String service) {}

    public record Output(
            @Field(label = "Mounted", description = "Whether the container has every volume, where it belongs.")
                    boolean mounted,
            @Field(label = "Summary", description = "One sentence; names what is not as it should be.")
                    String summary) {}

    private final Targets targets;
    private final DockerEngines engines;

    VolumesMounted(Targets targets, DockerEngines engines) {
        this.targets = targets;
        this.engines = engines;
    }

    @Override
    public String target(Input input) {
        return input.service();
    }

    @Override
    public Output run(Input input, StepContext context) {
        Inventory.Service service = targets.service(context, input.service());
        Optional<List<String>> found = mounts(context, service);
        List<String> wrong = found.map(mounts -> wrong(service, mounts))
                .orElseGet(() -> List.of("there is no container " + service.container() + "/" + service.name()));
        String summary = wrong.isEmpty()
                ? service.volumes().isEmpty()
                        ? service.name() + " has no volumes"
                        : service.container() + "/" + service.name() + " has "
                                + String.join(
                                        ", ",
                                        service.volumes().stream()
                                                .map(VolumesMounted::text)
                                                .toList())
                : String.join("; ", wrong);
        context.log().info(summary);
        return new Output(wrong.isEmpty(), summary);
    }

    private static List<String> wrong(Inventory.Service service, List<String> mounts) {
        List<String> wrong = new ArrayList<>();
        for (Inventory.Volume volume : service.volumes()) {
            if (!mounts.contains(text(volume))) {
                String there = mounts.stream()
                        .filter(mount -> mount.replaceFirst(":ro$", "").endsWith(":" + normal(volume.target())))
                        .findFirst()
                        .map(mount -> "has " + mount)
                        .orElse("has nothing at " + volume.target());
                wrong.add(service.container() + "/" + service.name() + " " + there + ", where " + text(volume)
                        + " belongs");
            }
        }
        return wrong;
    }

    private Optional<List<String>> mounts(StepContext context, Inventory.Service service) {
        return engines.call(
                targets.environment(context),
                targets.host(context, service.container()),
                "inspect container " + service.name(),
                docker -> {
                    try {
                        InspectContainerResponse found =
                                docker.inspectContainerCmd(service.name()).exec();
                        return Optional.of(Optional.ofNullable(found.getMounts()).orElse(List.of()).stream()
                                .map(mount -> normal(mount.getSource()) + ":"
                                        + normal(
                                                mount.getDestination() == null
                                                        ? ""
                                                        : mount.getDestination().getPath())
                                        + access(Boolean.FALSE.equals(mount.getRW())))
                                .toList());
                    } catch (NotFoundException e) {
                        return Optional.empty();
                    }
                });
    }

    private static String text(Inventory.Volume volume) {
        return normal(volume.source()) + ":" + normal(volume.target()) + access(volume.readOnly());
    }

    private static String access(boolean readOnly) {
        return readOnly ? ":ro" : "";
    }

    private static String normal(String path) {
        return path == null ? "" : Path.of(path).normalize().toString();
    }
}
