package io.muster.steps;

import com.github.dockerjava.api.command.InspectContainerResponse;
import io.muster.step.Reason;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import java.util.Map;
import java.util.Optional;

/** Whose a container is, by the labels that Muster gives it. Two environments may share a host, and have services of one name. */
public final class ContainerOwner {

    public static final String SERVICE_LABEL = "io.muster.service";
    public static final String ENVIRONMENT_LABEL = "io.muster.environment";

    private ContainerOwner() {}

    /** @throws StepFailure Conflict when the container is not that service's, of the run's environment */
    public static void require(StepContext context, String host, String service, InspectContainerResponse container) {
        Map<String, String> labels =
                Optional.ofNullable(container.getConfig().getLabels()).orElse(Map.of());
        String owner = labels.getOrDefault(SERVICE_LABEL, "");
        String environment = labels.getOrDefault(ENVIRONMENT_LABEL, "");
        if (owner.isEmpty()) {
            throw foreign(host, container, "Muster did not create", "Rename or remove it by hand, then retry.");
        }
        String labelled = "is not of service " + service + " of environment "
                + context.run().environment() + ": its labels say " + SERVICE_LABEL + "=" + owner + ", "
                + ENVIRONMENT_LABEL + "=" + environment;
        if (!service.equals(owner)) {
            throw foreign(host, container, labelled, "Rename or remove it by hand, then retry.");
        }
        if (!environment.isEmpty() && !environment.equals(context.run().environment())) {
            throw foreign(
                    host,
                    container,
                    labelled,
                    "Give the service another host or name in one of the two environments. Only where the environment itself"
                            + " was renamed: remove the container by hand, then retry.");
        }
    }

    private static StepFailure foreign(String host, InspectContainerResponse container, String whose, String advice) {
        return new StepFailure.Rejected(
                Reason.CONFLICT,
                "On " + host + " there is a container " + container.getName().replaceFirst("^/", "") + " ("
                        + container.getId().substring(0, 12) + ", image "
                        + container.getConfig().getImage() + ") that " + whose + ". It was left alone. " + advice);
    }
}
