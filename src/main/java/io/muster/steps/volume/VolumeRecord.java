package io.muster.steps.volume;

import io.muster.step.AfterCrash;
import io.muster.step.ByteSize;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.step.StepInfo;
import io.muster.steps.HostShell;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import java.util.List;
import java.util.Map;

@StepInfo(
        name = "volumeRecord",
        title = "Record the state of volumes",
        description =
                "Notes on the host, in `/var/lib/muster/volumes/<service>`, every file of the volumes that a service may"
                        + " write, with its SHA-256, so that `volumeCheck` can say later whether they were kept. Stop the"
                        + " service first: what is written meanwhile is not part of it. The volumes themselves are only read.",
        category = "Volume",
        changes = true,
        afterCrash = AfterCrash.REPEAT,
        timeout = "PT1H",
        errors = {Reason.NOT_FOUND, Reason.INVALID_INPUT, Reason.TASK_FAILED, Reason.NOT_IN_INVENTORY})
public class VolumeRecord implements Step<VolumeRecord.Input, VolumeRecord.Output> {

    static final String DIRECTORY = "D=/var/lib/muster/volumes/$SERVICE\n";
    private static final int ABSENT = 44;

    private static final String SCRIPT = Listing.FUNCTIONS + DIRECTORY
            + """
            rm -rf -- "$D" && mkdir -p -- "$D"
            printf '%s\\n' "$VOLUMES" > "$D/volumes"
            n=0
            while IFS= read -r volume; do
              n=$((n + 1))
              [ -e "$volume" ] || { echo "there is no $volume" >&2; exit 44; }
              list "$volume" "$D/$n.files"
              stat -c %i -- "$volume" > "$D/$n.inode"
              sum=$(bytes "$volume")
              echo "$(wc -l < "$D/$n.files") $sum"
            done < "$D/volumes"
            printf '%s\\n' "$RUN" > "$D/run"
            cat "$D/run" "$D/volumes" "$D"/*.files "$D"/*.inode | sha256sum | cut -d' ' -f1
            """;

    public record Input(
            @NotBlank @Field(label = "Host", description = "Where the volumes are.", example = "experimental-01")
                    String host,
            @NotBlank
                    @Pattern(
                            regexp = "[a-zA-Z0-9][a-zA-Z0-9_.-]*",
                            message = "must be a plain name: letters, digits, . _ -")
                    @Field(label = "Service", description = "Names the record.", example = "notes")
                    String service,
            @Field(
                            label = "Volumes",
                            description =
                                    "One source:target or source:target:ro per line; those with :ro are left out.",
                            example = "/srv/persistent/notes:/data",
                            multiline = true)
                    List<String> volumes) {}

    public record Output(
            @Field(label = "Files") long files,
            @Field(label = "Bytes") long bytes,
            @Field(label = "Digest", description = "SHA-256 of the record; empty without volumes.") String digest,
            @Field(label = "Summary", description = "One sentence.") String summary) {}

    private final HostShell shell;

    VolumeRecord(HostShell shell) {
        this.shell = shell;
    }

    @Override
    public String target(Input input) {
        return input.host() + "/" + input.service();
    }

    @Override
    public Output run(Input input, StepContext context) {
        List<String> state = Volumes.state(input.volumes());
        if (state.isEmpty()) {
            context.log().info(input.service() + " has no volume that it may write.");
            return new Output(0, 0, "", input.service() + " keeps no state in volumes.");
        }
        context.effect("record volumes", target(input));
        HostShell.Answer answer = shell.run(
                context,
                input.host(),
                SCRIPT,
                Map.of(
                        "SERVICE", input.service(),
                        "RUN", context.run().rootId(),
                        "VOLUMES", String.join("\n", state)));
        if (answer.status() != 0) {
            throw new StepFailure.Rejected(
                    answer.status() == ABSENT ? Reason.NOT_FOUND : Reason.TASK_FAILED,
                    "The state of " + input.service() + " on " + input.host() + " could not be recorded (exit status "
                            + answer.status() + "): " + answer.errors() + " Mend the cause there, then retry.");
        }
        return read(input, answer.output().lines().toList(), context);
    }

    private static Output read(Input input, List<String> lines, StepContext context) {
        long files = 0;
        long bytes = 0;
        for (String line : lines.subList(0, lines.size() - 1)) {
            String[] numbers = line.strip().split("\\s+");
            files += Long.parseLong(numbers[0]);
            bytes += Long.parseLong(numbers[1]);
        }
        String summary = files + " files, " + new ByteSize(bytes) + ", recorded on " + input.host() + ".";
        context.log().info(summary);
        return new Output(files, bytes, lines.get(lines.size() - 1), summary);
    }
}
