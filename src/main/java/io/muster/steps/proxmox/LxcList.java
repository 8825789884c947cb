package io.muster.steps.proxmox;

import com.fasterxml.jackson.databind.JsonNode;
import io.muster.remote.ProxmoxNodes;
import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.step.StepInfo;
import io.muster.steps.Targets;
import jakarta.validation.constraints.NotBlank;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

@StepInfo(
        name = "lxcList",
        title = "List the LXC containers of a node",
        description = "Asks a Proxmox node which containers it has. An empty list counts only when the account may see"
                + " containers at all: without permissions the node gives an empty list as well.",
        category = "Proxmox",
        changes = false,
        afterCrash = AfterCrash.REPEAT,
        errors = {Reason.NOT_FOUND, Reason.NOT_IN_INVENTORY})
public class LxcList implements Step<LxcList.Input, LxcList.Output> {

    public record Input(
            @NotBlank @Field(label = "Node", description = "A Proxmox node of the inventory.", example = "proxima")
                    String node,
            @Field(label = "Tag", description = "Only containers with this tag.", example = "muster") String tag) {}

    public record Output(
            @Field(label = "Count") int count,
            @Field(label = "Containers", description = "Number, hostname, status and tags of each, by number.")
                    List<String> containers,
            @Field(label = "Numbers", description = "Their vmids.") List<Integer> vmids) {}

    private final Targets targets;
    private final ProxmoxNodes nodes;

    LxcList(Targets targets, ProxmoxNodes nodes) {
        this.targets = targets;
        this.nodes = nodes;
    }

    @Override
    public String target(Input input) {
        return input.node();
    }

    @Override
    public Output run(Input input, StepContext context) {
        Targets.Lxc place = targets.lxc(context, input.node(), 0);
        JsonNode list = nodes.get(
                place.environment(), place.node(), "/nodes/" + place.node().node() + "/lxc", Map.of());
        if (list.isEmpty()) {
            requireSight(place);
        }
        List<JsonNode> found = new ArrayList<>();
        list.forEach(container -> {
            if (input.tag() == null
                    || ((java.util.Set<?>)
                                    Meaning.TAGS.of(container.path("tags").asText("")))
                            .contains(input.tag())) {
                found.add(container);
            }
        });
        found.sort(Comparator.comparingInt(container -> container.path("vmid").asInt()));
        List<String> lines = found.stream().map(LxcList::line).toList();
        lines.forEach(context.log()::info);
        return new Output(
                lines.size(),
                lines,
                found.stream().map(container -> container.path("vmid").asInt()).toList());
    }

    /** An account that may see nothing gets 200 and an empty list. */
    private void requireSight(Targets.Lxc place) {
        JsonNode permissions = nodes.get(place.environment(), place.node(), "/access/permissions", Map.of());
        boolean sees = permissions.properties().stream()
                .filter(path -> path.getKey().matches("/|/vms(/.*)?|/pool(/.*)?"))
                .anyMatch(path -> path.getValue().has("VM.Audit"));
        if (!sees) {
            throw new StepFailure.Fatal(
                    Reason.PERMISSION_DENIED,
                    "The node " + place.node().name() + " gave an empty list, but the API token "
                            + place.node().tokenId() + " may see no containers (it has VM.Audit nowhere), so that says"
                            + " nothing. Give it VM.Audit on /vms; a token with privilege separation has only what it"
                            + " was given itself.");
        }
    }

    private static String line(JsonNode container) {
        String tags = container.path("tags").asText("");
        return container.path("vmid").asInt() + " " + container.path("name").asText() + " "
                + container.path("status").asText() + (tags.isEmpty() ? "" : " [" + tags + "]");
    }
}
