package io.muster.steps.volume;

import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.step.StepInfo;
import io.muster.steps.HostShell;
import jakarta.validation.constraints.NotBlank;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

@StepInfo(
        name = "volumeDiscard",
        title = "Remove volumes that were copied",
        description =
                "Removes the volumes of a service from the host that `volumeCopy` copied them from, if they still are exactly what was"
                        + " copied, below persistent storage, and used by no other service. Does nothing where nothing is left.",
        category = "Volume",
        changes = true,
        afterCrash = AfterCrash.REPEAT,
        timeout = "PT1H",
        errors = {Reason.CONFLICT, Reason.NOT_IN_INVENTORY, Reason.TASK_FAILED})
public class VolumeDiscard implements Step<VolumeDiscard.Input, VolumeDiscard.Output> {

    /** What is to go gets another name first: an attempt that breaks off leaves nothing that is half there. */
    private static final String SCRIPT = Trees.FUNCTIONS
            + """
            rm -rf -- "$VOLUME.muster-discarded"
            [ -e "$VOLUME" ] || { echo absent; exit 0; }
            t=$(mktemp); trap 'rm -f -- "$t"' EXIT
            tree "$VOLUME" "$t"
            now=$(sha256sum < "$t" | cut -d' ' -f1)
            [ "$now" = "$WANTED" ] || { echo "changed $now"; exit 0; }
            mv -- "$VOLUME" "$VOLUME.muster-discarded"; rm -rf -- "$VOLUME.muster-discarded"
            echo removed
            """;

    public record Input(
            @NotBlank @Field(label = "Host", description = "Where they were copied from.", example = "experimental-01")
                    String host,
            @NotBlank @Field(label = "Service", example = "notes") String service,
            @Field(
                            label = "Digests",
                            description = "One path=SHA-256 per line, as `volumeCopy` gave them.",
                            example = "/srv/persistent/notes="
                                    + "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                            multiline = true)
                    Map<String, String> digests) {}

    public record Output(@Field(label = "Removed", description = "Paths.") List<String> removed) {}

    private final Removable removable;
    private final HostShell shell;

    VolumeDiscard(Removable removable, HostShell shell) {
        this.removable = removable;
        this.shell = shell;
    }

    @Override
    public String target(Input input) {
        return input.host() + "/" + input.service();
    }

    @Override
    public Output run(Input input, StepContext context) {
        List<String> volumes = List.copyOf(input.digests().keySet());
        removable.check(input.service(), input.host(), volumes, context);
        List<String> removed = new ArrayList<>();
        for (String volume : volumes) {
            context.effect("remove volume", input.host() + ":" + volume);
            String said = shell.demand(
                    context,
                    input.host(),
                    SCRIPT,
                    Map.of("VOLUME", volume, "WANTED", input.digests().get(volume)),
                    "Removing " + volume);
            if (said.startsWith("changed")) {
                throw new StepFailure.Rejected(
                        Reason.CONFLICT,
                        volume + " on " + input.host()
                                + " is no longer what was copied: something wrote to it. It was left"
                                + " alone. Look what changed, and remove it by hand.");
            }
            if (said.equals("removed")) {
                removed.add(volume);
            }
        }
        context.log().info(removed.isEmpty() ? "Nothing was left to remove." : "Removed " + String.join(", ", removed));
        return new Output(removed);
    }
}
