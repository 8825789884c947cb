package io.muster.steps.proxmox;

import io.muster.remote.ProxmoxNodes;
import io.muster.step.Reason;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.steps.Targets;
import java.util.Map;
import java.util.Optional;

/** Takes a free number, which nothing reserves: whoever is slower of two asks for another. */
final class NextFreeNumber {

    private static final int TRIES = 10;

    private final ProxmoxNodes nodes;
    private final Targets.Lxc place;
    private final StepContext context;

    NextFreeNumber(ProxmoxNodes nodes, Targets.Lxc place, StepContext context) {
        this.nodes = nodes;
        this.place = place;
        this.context = context;
    }

    LxcCreate.Output create(Creation creation) {
        Optional<Guest> earlier = earlier(creation.hostname());
        if (earlier.isPresent()) {
            return creation.at(earlier.get());
        }
        for (int attempt = 1; ; attempt++) {
            Guest guest = guest(ask());
            try {
                return creation.make(guest);
            } catch (StepFailure e) {
                if (attempt == TRIES || !taken(e)) {
                    throw e;
                }
                context.log().info("Number " + guest.vmid() + " was taken by somebody else meanwhile; asking again.");
            }
        }
    }

    /** Of a server that died: the number that it was about to take, unless somebody else has it by now. */
    private Optional<Guest> earlier(String hostname) {
        return context.recorded().stream()
                .filter(effect -> effect.target().matches(".*/\\d{3,9}"))
                .map(effect -> effect.target().substring(effect.target().lastIndexOf('/') + 1))
                .reduce((first, last) -> last)
                .map(number -> guest(Integer.parseInt(number)))
                .filter(guest -> guest.find()
                        .map(config -> config.path("hostname").asText(hostname).equals(hostname))
                        .orElse(true));
    }

    private int ask() {
        return nodes.get(place.environment(), place.node(), "/cluster/nextid", Map.of())
                .asInt();
    }

    private Guest guest(int vmid) {
        return new Guest(
                nodes,
                new Targets.Lxc(place.environment(), place.node(), vmid),
                place.node().name() + "/" + vmid,
                context);
    }

    private static boolean taken(StepFailure e) {
        return e.reason().equals(Reason.CONFLICT) && e.getMessage().contains("already exists");
    }
}
