package io.muster.steps.testdata;

import io.muster.remote.SshHosts;
import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.step.StepInfo;
import io.muster.steps.Targets;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

@StepInfo(
        name = "testDataInBackup",
        title = "Find test data in a backup",
        description =
                "Reads the files of a backup where it is kept (tar archives, dumps of `pg_dump -Fc`, anything else as"
                        + " bytes) and looks for the id of every record that the run filled the service with. What cannot be read there (encrypted"
                        + " files, no `pg_restore`) holds none. It succeeds whatever it finds: look at `complete`."
                        + " It writes nothing on the host, so a freeze does not stop it.",
        category = "Test data",
        changes = false,
        afterCrash = AfterCrash.REPEAT,
        timeout = "PT1H",
        errors = {Reason.NOT_FOUND, Reason.NON_ZERO_EXIT, Reason.NOT_IN_INVENTORY})
public class TestDataInBackup implements Step<TestDataInBackup.Input, TestDataInBackup.Output> {

    /**
     * Prints the ids that were found, each once. Ids are whole words: note-1 is not in note-10. It writes no file on the host, and
     * the ids are too many for the environment of a program.
     */
    static final String SCRIPT =
            """
            set -u
            ids=$IDS
            unset IDS
            [ -d "$P" ] || { echo "there is no $P" >&2; exit 44; }
            read_all() {
              for f in "$P"/*; do
                case "$f" in
                  */MANIFEST.yml|*.age) ;;
                  *.tar) tar -tf "$f"; tar -xOf "$f" ;;
                  *.tar.gz|*.tgz) tar -tzf "$f"; tar -xOzf "$f" ;;
                  *.dump) pg_restore -f - "$f" ;;
                  *) cat -- "$f" ;;
                esac
              done
            }
            read_all | grep -aowF -f /dev/fd/3 3<<END | sort -u
            $ids
            END
            """;

    private static final int NO_DIRECTORY = 44;

    public record Input(
            @NotBlank @Field(label = "Service", description = "A service of the run's environment.", example = "notes")
                    String service,
            @NotBlank
                    @Pattern(regexp = "[^:]+:/.+", message = "must be host:/path")
                    @Field(
                            label = "Backup path",
                            description = "As `backupVerify` gives it, host:/path.",
                            example = "monitoring-01:/srv/persistent/backups/prod/notes/20260102T030405Z-1a2b3c4d")
                    String backupPath) {}

    public record Output(
            @Field(label = "Complete", description = "Whether every record's id is in it.") boolean complete,
            @Field(label = "Found") int found,
            @Field(label = "Expected") int expected,
            @Field(label = "Summary", description = "One sentence.") String summary) {}

    private final TestDataScripts scripts;
    private final Targets targets;
    private final SshHosts hosts;

    TestDataInBackup(TestDataScripts scripts, Targets targets, SshHosts hosts) {
        this.scripts = scripts;
        this.targets = targets;
        this.hosts = hosts;
    }

    @Override
    public String target(Input input) {
        return input.backupPath();
    }

    @Override
    public Output run(Input input, StepContext context) {
        Listing listing = scripts.kept(context, input.service());
        TreeSet<String> expected =
                listing.rows().values().stream().map(Listing.Row::id).collect(Collectors.toCollection(TreeSet::new));
        int colon = input.backupPath().indexOf(':');
        SshHosts.Target host = targets.ssh(context, input.backupPath().substring(0, colon));
        Captured output = new Captured(context, 32 << 20);
        int status = hosts.run(
                host,
                SCRIPT,
                Map.of("P", input.backupPath().substring(colon + 1), "IDS", String.join("\n", expected)),
                false,
                output,
                atLeastASecond(context.remaining()),
                context::cancelled);
        demandRead(input, status, output);
        List<String> found = output.output().lines().filter(expected::contains).toList();
        List<String> missing =
                expected.stream().filter(id -> !found.contains(id)).toList();
        boolean complete = missing.isEmpty() && !expected.isEmpty();
        String summary = complete
                ? "all " + expected.size() + " records are in it (" + listing.counts() + ")"
                : found.size() + " of " + expected.size() + " records are in it; missing "
                        + missing.stream().limit(10).collect(Collectors.joining(", "))
                        + (missing.size() > 10 ? " and " + (missing.size() - 10) + " more" : "");
        context.log().info(input.backupPath() + ": " + summary);
        return new Output(complete, found.size(), expected.size(), summary);
    }

    private static void demandRead(Input input, int status, Captured output) {
        if (status == NO_DIRECTORY) {
            throw new StepFailure.Rejected(
                    Reason.NOT_FOUND,
                    "There is no backup at " + input.backupPath()
                            + ". Name one that is kept, as `backupVerify` gives it.");
        }
        if (status != 0) {
            throw new StepFailure.Rejected(
                    Reason.NON_ZERO_EXIT,
                    "The backup at " + input.backupPath() + " could not be searched (exit status " + status + "): "
                            + output.complaint() + " Mend the host, then retry.");
        }
    }

    private static Duration atLeastASecond(Duration time) {
        return time.compareTo(Duration.ofSeconds(1)) < 0 ? Duration.ofSeconds(1) : time;
    }
}
