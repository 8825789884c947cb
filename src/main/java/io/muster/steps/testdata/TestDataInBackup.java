package io.muster.steps.testdata;

import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.step.StepInfo;
import io.muster.steps.PlannedData;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

@StepInfo(
        name = "testDataInBackup",
        title = "Find test data in a backup",
        description =
                "Reads the files of a backup back from where it is kept, opened where it is encrypted, on the hosts of their data items, and"
                        + " looks for every record that the run filled the service with: for its id, and where that is a number or"
                        + " short, for its value. Fails with `ListingInvalid` where neither would prove anything. Otherwise it succeeds"
                        + " whatever it finds: look at `complete`.",
        category = "Test data",
        changes = false,
        afterCrash = AfterCrash.REPEAT,
        timeout = "PT1H",
        errors = {Reason.NOT_FOUND, Reason.TASK_FAILED, Reason.NOT_IN_INVENTORY, TestDataScripts.LISTING_INVALID})
public class TestDataInBackup implements Step<TestDataInBackup.Input, TestDataInBackup.Output> {

    private static final int SHOWN = 10;

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
            @Field(label = "Complete", description = "Whether every record is in it.") boolean complete,
            @Field(label = "Found") int found,
            @Field(label = "Expected") int expected,
            @Field(label = "Summary", description = "One sentence.") String summary) {}

    private final TestDataScripts scripts;
    private final PlannedData data;

    TestDataInBackup(TestDataScripts scripts, PlannedData data) {
        this.scripts = scripts;
        this.data = data;
    }

    @Override
    public String target(Input input) {
        return input.backupPath();
    }

    @Override
    public Output run(Input input, StepContext context) {
        Listing listing = scripts.kept(context, input.service());
        Collection<Listing.Row> rows = listing.rows().values();
        demandProof(rows);
        Set<String> words = rows.stream()
                .map(Evidence::of)
                .flatMap(Optional::stream)
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> found =
                words.isEmpty() ? Set.of() : data.found(context, input.service(), input.backupPath(), words);
        List<String> missing = rows.stream()
                .filter(row -> Evidence.of(row).filter(found::contains).isEmpty())
                .map(Listing.Row::key)
                .toList();
        boolean complete = missing.isEmpty() && !rows.isEmpty();
        int there = rows.size() - missing.size();
        String summary = complete
                ? "all " + rows.size() + " records are in it (" + listing.counts() + ")"
                : there + " of " + rows.size() + " records are in it; missing "
                        + missing.stream().limit(SHOWN).collect(Collectors.joining(", "))
                        + (missing.size() > SHOWN ? " and " + (missing.size() - SHOWN) + " more" : "");
        context.log().info(input.backupPath() + ": " + summary);
        return new Output(complete, there, rows.size(), summary);
    }

    private static void demandProof(Collection<Listing.Row> rows) {
        List<String> weak = rows.stream()
                .filter(row -> Evidence.of(row).isEmpty())
                .map(Listing.Row::key)
                .toList();
        if (!weak.isEmpty()) {
            throw new StepFailure.Rejected(
                    TestDataScripts.LISTING_INVALID,
                    "Whether a backup has the test data cannot be told of " + weak.size() + " records ("
                            + weak.stream().limit(SHOWN).collect(Collectors.joining(", "))
                            + "): numbers and short ids are in any dump, and a checksum is in none. Give the records ids such as"
                            + " muster-test-note-1, or let the verifying script list what is in them as their value.");
        }
    }
}
