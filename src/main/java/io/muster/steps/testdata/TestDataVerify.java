package io.muster.steps.testdata;

import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepInfo;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import java.util.ArrayList;
import java.util.List;

@StepInfo(
        name = "testDataVerify",
        title = "Verify test data",
        description =
                "Runs the service's script `test-data.verify` on its host and compares what it lists, record by record,"
                        + " with what the run filled the service with: missing, changed and extra records and dangling references are"
                        + " named. It succeeds whatever it finds: look at `same`.",
        category = "Test data",
        changes = false,
        afterCrash = AfterCrash.REPEAT,
        timeout = "PT30M",
        errors = {
            TestDataScripts.NO_SCRIPTS,
            TestDataScripts.LISTING_INVALID,
            Reason.NOT_FOUND,
            Reason.NON_ZERO_EXIT,
            Reason.NOT_IN_INVENTORY
        })
public class TestDataVerify implements Step<TestDataVerify.Input, TestDataVerify.Output> {

    public record Input(
            @NotBlank @Field(label = "Service", description = "A service of the run's environment.", example = "notes")
                    String service,
            @Pattern(regexp = "[^:]+:/.+", message = "must be host:/path")
                    @Field(
                            label = "Backup path",
                            description =
                                    "Compares with what was listed beside this backup (`testDataKeep`), not with what this"
                                            + " run filled the service with; host:/path.",
                            example = "monitoring-01:/srv/persistent/backups/prod/notes/20260102T030405Z-1a2b3c4d")
                    String backupPath) {}

    public record Output(
            @Field(label = "Same", description = "Whether every record is there as it was.") boolean same,
            @Field(label = "Records") int records,
            @Field(label = "Differences", description = "Naming the records, one kind of difference a line.")
                    List<String> differences,
            @Field(label = "Summary", description = "One sentence.") String summary) {}

    private final TestDataScripts scripts;
    private final KeptListings listings;

    TestDataVerify(TestDataScripts scripts, KeptListings listings) {
        this.scripts = scripts;
        this.listings = listings;
    }

    @Override
    public String target(Input input) {
        return input.service();
    }

    @Override
    public Output run(Input input, StepContext context) {
        TestDataScripts.Scripts of = scripts.of(context, input.service());
        Listing expected = input.backupPath() == null
                ? scripts.kept(context, input.service())
                : listings.read(context, input.backupPath());
        Listing found = scripts.look(context, of);
        List<String> differences = new ArrayList<>(found.differences(expected));
        if (expected.rows().isEmpty()) {
            differences.add("nothing was expected, so nothing was compared");
        }
        String summary = differences.isEmpty()
                ? found.rows().size() + " records (" + found.counts() + ") are as they were"
                : "Of " + expected.rows().size() + " records: " + String.join("; ", differences);
        context.log().info(summary);
        return new Output(differences.isEmpty(), found.rows().size(), differences, summary);
    }
}
