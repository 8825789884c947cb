package io.muster.steps.backup;

import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import io.muster.inventory.Inventory;
import io.muster.remote.DockerEngines;
import io.muster.step.StepContext;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** The container of a service, for whoever cleans up behind a run that stopped it. */
@Component
final class ServiceContainer {

    /** Kind of the effect. */
    static final String START = "start service again";

    private final DockerEngines engines;

    ServiceContainer(DockerEngines engines) {
        this.engines = engines;
    }

    static String target(ServicePlan plan) {
        return plan.service().container() + "/" + plan.service().name();
    }

    /** Empty where there is none. */
    Optional<Boolean> running(ServicePlan plan) {
        return running(plan.environment(), plan.service());
    }

    /** Of any service. */
    Optional<Boolean> running(Inventory.Environment environment, Inventory.Service service) {
        String name = service.name();
        return engines.call(
                environment, environment.hosts().get(service.container()), "inspect container " + name, docker -> {
                    try {
                        return Optional.of(Boolean.TRUE.equals(docker.inspectContainerCmd(name)
                                .exec()
                                .getState()
                                .getRunning()));
                    } catch (NotFoundException e) {
                        return Optional.empty();
                    }
                });
    }

    void start(StepContext context, ServicePlan plan) {
        String name = plan.service().name();
        context.effect(START, target(plan));
        engines.call(plan.environment(), host(plan), "start container " + name, docker -> {
            try {
                docker.startContainerCmd(name).exec();
            } catch (NotModifiedException e) {
                // It runs.
            }
            return null;
        });
    }

    private static Inventory.Host host(ServicePlan plan) {
        return plan.environment().hosts().get(plan.service().container());
    }
}
