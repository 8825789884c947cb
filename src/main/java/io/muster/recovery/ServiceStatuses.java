package io.muster.recovery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.muster.inventory.Inventory;
import io.muster.inventory.Placement;
import io.muster.inventory.Placements;
import io.muster.journal.JournalReader;
import io.muster.journal.StepRun;
import io.muster.recovery.ServiceStatus.State;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** Derives a service's status from the newest steps that touched its container. */
@Component
public final class ServiceStatuses {

    private static final String RUN = "dockerRun";
    private static final String WIPE = "wipeRemove";
    private static final String START = "dockerStart";
    /** Of a cancelled restore; within a run it says nothing of the container. */
    private static final String CLEAN_UP = "restoreUndo";

    private static final String CLEANED_UP = "when-cancelled";
    private static final List<String> TELLING = List.of(RUN, START, "dockerStop", "dockerRemove", "checkContainer");

    private final JournalReader journal;
    private final Placements placements;
    private final ObjectMapper json = new ObjectMapper();

    ServiceStatuses(JournalReader journal, Placements placements) {
        this.journal = journal;
        this.placements = placements;
    }

    public ServiceStatus of(Inventory.Environment environment, Inventory.Service service) {
        return of(
                        environment,
                        List.of(service),
                        placements.find(environment.name(), service.name()).stream()
                                .toList())
                .get(service.name());
    }

    /** By the service's name: every service of the environment, by as many queries as for one. */
    public Map<String, ServiceStatus> of(Inventory.Environment environment) {
        return of(
                environment,
                environment.services().values(),
                placements.all().stream()
                        .filter(placement -> placement.environment().equals(environment.name()))
                        .toList());
    }

    private Map<String, ServiceStatus> of(
            Inventory.Environment environment, Collection<Inventory.Service> services, List<Placement> placed) {
        List<String> names = services.stream().map(Inventory.Service::name).toList();
        Map<String, StepRun> wiped = byTarget(journal.newestEnded(environment.name(), names, List.of(WIPE), false));
        Map<String, StepRun> cleanedUp =
                byTarget(journal.newestEnded(environment.name(), names, List.of(CLEAN_UP), false).stream()
                        .filter(step -> step.activityId().equals(CLEANED_UP))
                        .toList());
        List<String> targets = services.stream().map(ServiceStatuses::target).toList();
        Map<String, StepRun> newest = byTarget(journal.newestEnded(environment.name(), targets, TELLING, false));
        Map<String, StepRun> rolledOut = byTarget(journal.newestEnded(environment.name(), targets, List.of(RUN), true));
        Map<String, Placement> byService =
                placed.stream().collect(Collectors.toMap(Placement::service, Function.identity()));
        return services.stream()
                .collect(Collectors.toMap(
                        Inventory.Service::name,
                        service -> status(
                                Optional.ofNullable(byService.get(service.name())),
                                newest(
                                        newest.get(target(service)),
                                        wiped.get(service.name()),
                                        cleanedUp.get(service.name())),
                                Optional.ofNullable(rolledOut.get(target(service))))));
    }

    private static Optional<StepRun> newest(StepRun... any) {
        return Stream.of(any).filter(Objects::nonNull).max(Comparator.comparing(step -> step.endedAt()
                .orElse(Instant.MIN)));
    }

    private static String target(Inventory.Service service) {
        return service.container() + "/" + service.name();
    }

    private static Map<String, StepRun> byTarget(List<StepRun> steps) {
        return steps.stream().collect(Collectors.toMap(StepRun::target, Function.identity()));
    }

    private ServiceStatus status(Optional<Placement> placement, Optional<StepRun> newest, Optional<StepRun> rolledOut) {
        Optional<Instant> retired = retired(placement, rolledOut.flatMap(StepRun::endedAt));
        if (retired.isPresent()) {
            return new ServiceStatus(Optional.empty(), Optional.empty(), State.RETIRED, retired, Optional.empty());
        }
        Optional<JsonNode> deployed = rolledOut.map(StepRun::input).map(this::read);
        return new ServiceStatus(
                deployed.map(input -> input.path("version").asText("")).filter(version -> !version.isEmpty()),
                deployed.map(input -> input.path("image").asText("")).flatMap(ServiceStatuses::digest),
                newest.map(this::state).orElse(State.UNKNOWN),
                newest.flatMap(StepRun::endedAt),
                newest.filter(step -> step.step().equals(CLEAN_UP))
                        .flatMap(StepRun::failure)
                        .map(StepRun.Failure::message));
    }

    private State cleanedUp(StepRun step) {
        boolean running = step.output()
                .filter(output -> read(output).path("running").asBoolean())
                .isPresent();
        return running ? State.RUNNING : State.STOPPED;
    }

    /** Since when it is retired, unless it was deployed again. */
    private static Optional<Instant> retired(Optional<Placement> known, Optional<Instant> deployedAt) {
        return known.filter(placement -> placement.state() == Placement.State.RETIRED)
                .map(Placement::since)
                .filter(since -> deployedAt.filter(since::isBefore).isEmpty());
    }

    private State state(StepRun step) {
        boolean good = step.state() == StepRun.State.SUCCEEDED;
        return switch (step.step()) {
            case RUN -> good ? State.RUNNING : State.UNHEALTHY;
            case START -> good ? State.RUNNING : State.UNHEALTHY;
            case CLEAN_UP -> good ? cleanedUp(step) : State.UNHEALTHY;
            case "checkContainer" -> good ? State.HEALTHY : State.UNHEALTHY;
            case "dockerStop" -> good ? State.STOPPED : State.RUNNING;
            case WIPE -> good ? State.REMOVED : State.UNHEALTHY;
            default -> good ? State.REMOVED : State.STOPPED;
        };
    }

    private static Optional<String> digest(String image) {
        int at = image.indexOf('@');
        return at < 0 ? Optional.empty() : Optional.of(image.substring(at + 1));
    }

    private JsonNode read(String text) {
        try {
            return json.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The journal holds an input that is not JSON", e);
        }
    }
}
