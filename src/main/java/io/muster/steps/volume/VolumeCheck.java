package io.muster.steps.volume;

import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.step.StepInfo;
import io.muster.steps.HostShell;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

@StepInfo(
        name = "volumeCheck",
        title = "Check that volumes were kept",
        description =
                "Compares the volumes of a service with what `volumeRecord` noted in the same run: each must be the same"
                        + " directory, and no more than the allowed share of its files may be gone. Files that changed or were added are"
                        + " counted, not judged: a new version may bring its data up to its own format. Removes nothing.",
        category = "Volume",
        changes = false,
        afterCrash = AfterCrash.REPEAT,
        timeout = "PT1H",
        errors = {VolumeCheck.STATE_LOST, Reason.NOT_FOUND, Reason.TASK_FAILED, Reason.NOT_IN_INVENTORY})
public class VolumeCheck implements Step<VolumeCheck.Input, VolumeCheck.Output> {

    static final String STATE_LOST = "StateLost";
    private static final int NO_RECORD = 46;

    /** The service runs: a file may vanish between being found and being read, so a listing that fails is made again. */
    private static final String SCRIPT = Listing.FUNCTIONS + VolumeRecord.DIRECTORY
            + """
            [ "$(cat "$D/run")" = "$RUN" ] && [ "$(cat "$D/volumes")" = "$VOLUMES" ] || exit 46
            cat "$D/run" "$D/volumes" "$D"/*.files "$D"/*.inode | sha256sum | cut -d' ' -f1
            n=0
            while IFS= read -r volume; do
              n=$((n + 1))
              if [ "$(stat -c %i -- "$volume" || :)" != "$(cat "$D/$n.inode")" ]; then echo "replaced $volume"; continue; fi
              list "$volume" "$D/now" || { sleep 1; list "$volume" "$D/now"; } || { sleep 2; list "$volume" "$D/now"; }
              awk '{ i = index($0, "  "); sum = substr($0, 1, i - 1); name = substr($0, i + 2) }
                FILENAME == ARGV[1] { before[name] = sum; next }
                { now++; if (!(name in before)) added++; else { if (before[name] != sum) changed++; delete before[name] } }
                END { for (name in before) { missing++; if (missing <= 10) print "missing " name }
                  printf "volume %d %d %d %d\\n", missing, changed, added, now }' "$D/$n.files" "$D/now"
            done < "$D/volumes"
            rm -f -- "$D/now"
            """;

    public record Input(
            @NotBlank @Field(label = "Host", description = "Where the volumes are.", example = "experimental-01")
                    String host,
            @NotBlank
                    @Pattern(
                            regexp = "[a-zA-Z0-9][a-zA-Z0-9_.-]*",
                            message = "must be a plain name: letters, digits, . _ -")
                    @Field(label = "Service", description = "As it was recorded.", example = "notes")
                    String service,
            @Field(
                            label = "Volumes",
                            description = "As they were recorded.",
                            example = "/srv/persistent/notes:/data",
                            multiline = true)
                    List<String> volumes,
            @Field(label = "Digest of the record", description = "As `volumeRecord` gave it.", example = "")
                    String digest,
            @Min(0)
                    @Max(100)
                    @Field(
                            label = "Files that may be gone",
                            description = "Percent of those that were there before.",
                            defaultValue = "0")
                    int mayBeGone) {}

    public record Output(
            @Field(label = "Unchanged", description = "Files.") long unchanged,
            @Field(label = "Changed", description = "Files.") long changed,
            @Field(label = "Added", description = "Files.") long added,
            @Field(label = "Missing", description = "Files.") long missing,
            @Field(label = "Summary", description = "One sentence.") String summary) {}

    private final HostShell shell;

    VolumeCheck(HostShell shell) {
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
            return new Output(0, 0, 0, 0, input.service() + " keeps no state in volumes.");
        }
        HostShell.Answer answer = shell.run(
                context,
                input.host(),
                SCRIPT,
                Map.of(
                        "SERVICE", input.service(),
                        "RUN", context.run().rootId(),
                        "VOLUMES", String.join("\n", state)));
        List<String> lines = answer.output().lines().toList();
        if (answer.status() == NO_RECORD
                || answer.status() == 0 && !lines.get(0).equals(input.digest())) {
            throw new StepFailure.Rejected(
                    Reason.NOT_FOUND,
                    "On " + input.host() + " there is no record of the volumes of " + input.service() + " as this run"
                            + " made it (/var/lib/muster/volumes/" + input.service()
                            + "), so whether they were kept cannot be"
                            + " told. Compare them with a backup by hand.");
        }
        if (answer.status() != 0) {
            throw new StepFailure.Rejected(
                    Reason.TASK_FAILED,
                    "The volumes of " + input.service() + " on " + input.host() + " could not be read (exit status "
                            + answer.status() + "): " + answer.errors() + " Mend the cause there, then retry.");
        }
        return judge(input, lines.subList(1, lines.size()), context);
    }

    private static Output judge(Input input, List<String> lines, StepContext context) {
        long[] sum = new long[4];
        List<String> lost = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (String line : lines) {
            if (line.startsWith("replaced ")) {
                lost.add(line.substring("replaced ".length()) + " is not the directory that it was");
            } else if (line.startsWith("missing ")) {
                names.add(line.substring("missing ".length()));
            } else {
                String[] numbers = line.split(" ");
                for (int i = 0; i < sum.length; i++) {
                    sum[i] += Long.parseLong(numbers[i + 1]);
                }
            }
        }
        long missing = sum[0];
        long before = sum[3] - sum[2] + missing;
        if (missing * 100 > before * input.mayBeGone()) {
            lost.add(missing + " of " + before + " files are gone (" + String.join(", ", names)
                    + (missing > names.size() ? ", …" : "") + ")");
        }
        String summary = (sum[3] - sum[2] - sum[1]) + " files unchanged, " + sum[1] + " changed, " + sum[2] + " added, "
                + missing + " gone.";
        context.log().info("Volumes of " + input.service() + " on " + input.host() + ": " + summary);
        if (!lost.isEmpty()) {
            throw new StepFailure.Rejected(
                    STATE_LOST,
                    "The state of " + input.service() + " on " + input.host() + " was not kept: "
                            + String.join("; ", lost)
                            + ". Nothing was removed or brought back by Muster. Look at what the"
                            + " service did, and restore what is missing from a backup.");
        }
        return new Output(sum[3] - sum[2] - sum[1], sum[1], sum[2], missing, summary);
    }
}
