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
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Derives a service's status from the newest steps that touched its container. */
@Component
public final class ServiceStatuses {

    private static final String RUN = "dockerRun";
    private static final List<String> TELLING = List.of(RUN, "dockerStop", "dockerRemove", "checkContainer");

    private final JournalReader journal;
    private final Placements placements;
    private final ObjectMapper json = new ObjectMapper();

    ServiceStatuses(JournalReader journal, Placements placements) {
        this.journal = journal;
        this.placements = placements;
    }

    public ServiceStatus of(Inventory.Environment environment, Inventory.Service service) {
        String target = service.container() + "/" + service.name();
        Optional<StepRun> newest = journal.newestEnded(environment.name(), target, TELLING, false);
        Optional<StepRun> rolledOut = journal.newestEnded(environment.name(), target, List.of(RUN), true);
        Optional<Instant> retired = retired(environment, service, rolledOut.flatMap(StepRun::endedAt));
        if (retired.isPresent()) {
            return new ServiceStatus(Optional.empty(), Optional.empty(), State.RETIRED, retired);
        }
        Optional<JsonNode> deployed = rolledOut.map(StepRun::input).map(this::read);
        return new ServiceStatus(
                deployed.map(input -> input.path("version").asText("")).filter(version -> !version.isEmpty()),
                deployed.map(input -> input.path("image").asText("")).flatMap(ServiceStatuses::digest),
                newest.map(ServiceStatuses::state).orElse(State.UNKNOWN),
                newest.flatMap(StepRun::endedAt));
    }

    /** Since when it is retired, unless it was deployed again. */
    private Optional<Instant> retired(
            Inventory.Environment environment, Inventory.Service service, Optional<Instant> deployedAt) {
        return placements
                .find(environment.name(), service.name())
                .filter(placement -> placement.state() == Placement.State.RETIRED)
                .map(Placement::since)
                .filter(since -> deployedAt.filter(since::isBefore).isEmpty());
    }

    private static State state(StepRun step) {
        boolean good = step.state() == StepRun.State.SUCCEEDED;
        return switch (step.step()) {
            case RUN -> good ? State.RUNNING : State.UNHEALTHY;
            case "checkContainer" -> good ? State.HEALTHY : State.UNHEALTHY;
            case "dockerStop" -> good ? State.STOPPED : State.RUNNING;
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
