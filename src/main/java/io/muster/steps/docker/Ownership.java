package io.muster.steps.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;
import io.muster.step.Reason;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import java.util.Map;
import java.util.Optional;

/** Whether containers are a service's of the run's environment, so that no other is ever touched. */
record Ownership(Engine engine, StepContext context, String host, String service) {

    /** The new container while it is made ready, and the earlier one: helpers of a replacement. */
    String next() {
        return service + "--next";
    }

    String previous() {
        return service + "--previous";
    }

    /** Refuses helpers that are not ours. {@code previous} matters only where a container is replaced. */
    void helpers(boolean replaces) {
        engine.inspect(context, host, next()).ifPresent(this::refuseForeign);
        if (replaces) {
            engine.inspect(context, host, previous()).ifPresent(this::refuseForeign);
        }
    }

    /** @param service null where it may be anybody's */
    static void require(
            Engine engine, StepContext context, String host, String service, InspectContainerResponse container) {
        if (service != null) {
            new Ownership(engine, context, host, service).refuseForeign(container);
        }
    }

    /** Two environments may share a host, and have services of one name. */
    void refuseForeign(InspectContainerResponse container) {
        Map<String, String> labels =
                Optional.ofNullable(container.getConfig().getLabels()).orElse(Map.of());
        String owner = labels.getOrDefault(Container.SERVICE_LABEL, "");
        String environment = labels.getOrDefault(Container.ENVIRONMENT_LABEL, "");
        if (owner.isEmpty()) {
            throw foreign(container, "Muster did not create", "Rename or remove it by hand, then retry.");
        }
        String labelled = "is not of service " + service + " of environment "
                + context.run().environment() + ": its labels say " + Container.SERVICE_LABEL + "=" + owner + ", "
                + Container.ENVIRONMENT_LABEL + "=" + environment;
        if (!service.equals(owner)) {
            throw foreign(container, labelled, "Rename or remove it by hand, then retry.");
        }
        if (!environment.isEmpty() && !environment.equals(context.run().environment())) {
            throw foreign(
                    container,
                    labelled,
                    "Give the service another host or name in one of the two environments. Only where the environment itself"
                            + " was renamed: remove the container by hand, then retry.");
        }
    }

    private StepFailure foreign(InspectContainerResponse container, String whose, String advice) {
        return new StepFailure.Rejected(
                Reason.CONFLICT,
                "On " + host + " there is a container " + container.getName().replaceFirst("^/", "") + " ("
                        + container.getId().substring(0, 12) + ", image "
                        + container.getConfig().getImage() + ") that " + whose + ". It was left alone. " + advice);
    }
}
