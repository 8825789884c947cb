package io.muster.steps.volume;

import io.muster.step.AfterCrash;
import io.muster.step.ByteSize;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepInfo;
import io.muster.steps.HostShell;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import java.util.List;
import java.util.Map;

@StepInfo(
        name = "archivePlan",
        title = "Plan an archive of a service",
        description =
                "Says where `archiveWrite` would put the data of a service and how much it is, and changes nothing. Fails when the"
                        + " environment has no archive on another host's persistent storage, when there is no room, or when data"
                        + " that is to be removed is not the service's alone.",
        category = "Volume",
        changes = false,
        afterCrash = AfterCrash.REPEAT,
        timeout = "PT30M",
        errors = {Reason.NOT_IN_INVENTORY, Reason.CONFLICT, Reason.INVALID_INPUT, Reason.TASK_FAILED, Reason.NO_SPACE})
public class ArchivePlan implements Step<ArchivePlan.Input, ArchivePlan.Output> {

    private static final String SCRIPT = Listing.FUNCTIONS
            + """
            printf '%s\\n' "$VOLUMES" | while IFS= read -r volume; do
              [ -e "$volume" ] || { echo "there is no $volume" >&2; exit 44; }
              bytes "$volume"
            done
            """;

    public enum Data {
        KEEP,
        REMOVE
    }

    public record Input(
            @NotBlank @Field(label = "Host", description = "Where the service is.", example = "experimental-01")
                    String host,
            @NotBlank @Field(label = "Service", example = "notes") String service,
            @Field(
                            label = "Volumes",
                            description =
                                    "One source:target or source:target:ro per line; those with :ro are left out.",
                            example = "/srv/persistent/notes:/data",
                            multiline = true)
                    List<String> volumes,
            @NotNull
                    @Field(
                            label = "Data",
                            description = "What becomes of the data on the host: keep or remove.",
                            example = "keep")
                    Data data,
            @Field(label = "Maximum", description = "More data than this is refused.", defaultValue = "20GiB")
                    ByteSize maximum) {}

    public record Output(
            @Field(label = "Bytes") long bytes,
            @Field(label = "Archive", description = "Where it will be, host:/path.") String archive,
            @Field(label = "Remove data", description = "Whether the data is to be removed.") boolean removeData,
            @Field(label = "Summary", description = "One sentence.") String summary) {}

    private final Archives archives;
    private final Removable removable;
    private final Transfer transfer;
    private final HostShell shell;

    ArchivePlan(Archives archives, Removable removable, Transfer transfer, HostShell shell) {
        this.archives = archives;
        this.removable = removable;
        this.transfer = transfer;
        this.shell = shell;
    }

    @Override
    public String target(Input input) {
        return input.host() + "/" + input.service();
    }

    @Override
    public Output run(Input input, StepContext context) {
        Archives.Place place = archives.of(input.service(), input.host(), context);
        List<String> state = Volumes.state(input.volumes());
        boolean remove = input.data() == Data.REMOVE;
        if (remove) {
            removable.check(input.service(), input.host(), state, context);
        }
        long bytes = bytes(input, state, context);
        // Once as the archive, once more while it is read back.
        transfer.demandRoom(context, place.host(), place.root(), 2 * bytes, bytes, input.maximum());
        String summary = new ByteSize(bytes) + " in " + (state.isEmpty() ? "no volumes" : String.join(", ", state))
                + " will be archived to " + place.describe() + "; then the data on " + input.host() + " is "
                + (remove ? "removed." : "kept.");
        context.log().info(summary);
        return new Output(bytes, place.describe(), remove, summary);
    }

    private long bytes(Input input, List<String> state, StepContext context) {
        if (state.isEmpty()) {
            return 0;
        }
        return shell.demand(
                        context,
                        input.host(),
                        SCRIPT,
                        Map.of("VOLUMES", String.join("\n", state)),
                        "Measuring the volumes of " + input.service())
                .lines()
                .mapToLong(line -> Long.parseLong(line.strip()))
                .sum();
    }
}
