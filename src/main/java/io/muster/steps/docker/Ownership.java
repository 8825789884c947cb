package io.muster.steps.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;
import io.muster.step.Reason;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import java.util.Map;
import java.util.Optional;

/** Whether containers are a service's, so that no other is ever touched. */
record Ownership(Engine engine, String host, String service) {

    /** The new container while it is made ready, and the earlier one: helpers of a replacement. */
    String next() {
        return service + "--next";
    }

    String previous() {
        return service + "--previous";
    }

    /** Refuses helpers that are not ours. {@code previous} matters only where a container is replaced. */
    void helpers(boolean replaces, StepContext context) {
        engine.inspect(context, host, next()).ifPresent(this::refuseForeign);
        if (replaces) {
            engine.inspect(context, host, previous()).ifPresent(this::refuseForeign);
        }
    }

    /** @param service null where it may be anybody's */
    static void require(Engine engine, String host, String service, InspectContainerResponse container) {
        if (service != null) {
            new Ownership(engine, host, service).refuseForeign(container);
        }
    }

    void refuseForeign(InspectContainerResponse container) {
        Map<String, String> labels =
                Optional.ofNullable(container.getConfig().getLabels()).orElse(Map.of());
        if (!service.equals(labels.get(Container.SERVICE_LABEL))) {
            throw new StepFailure.Rejected(
                    Reason.CONFLICT,
                    "On " + host + " there is a container "
                            + container.getName().replaceFirst("^/", "") + " ("
                            + container.getId().substring(0, 12) + ", image "
                            + container.getConfig().getImage()
                            + ") that Muster did not create. It was left"
                            + " alone. Rename or remove it by hand, then retry.");
        }
    }
}
