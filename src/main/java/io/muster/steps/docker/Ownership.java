package io.muster.steps.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;
import io.muster.step.StepContext;
import io.muster.steps.ContainerOwner;

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

    void refuseForeign(InspectContainerResponse container) {
        ContainerOwner.require(context, host, service, container);
    }
}
