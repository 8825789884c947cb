package io.muster.steps.testdata;

import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepInfo;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;

@StepInfo(
        name = "testDataKeep",
        title = "Keep the listing of test data beside a backup",
        description = "Writes what the run filled the service with, record by record, beside a backup, as"
                + " `<backup>.test-data.tsv`, so that another run can compare a restore of it (`testDataVerify` with `backupPath`)."
                + " It goes when the backup is pruned.",
        category = "Test data",
        changes = true,
        afterCrash = AfterCrash.REPEAT,
        errors = {Reason.NOT_FOUND, Reason.NOT_IN_INVENTORY})
public class TestDataKeep implements Step<TestDataKeep.Input, TestDataKeep.Output> {

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
            @Field(label = "Path", description = "host:/path of the listing.") String path,
            @Field(label = "Records") int records) {}

    private final TestDataScripts scripts;
    private final KeptListings listings;

    TestDataKeep(TestDataScripts scripts, KeptListings listings) {
        this.scripts = scripts;
        this.listings = listings;
    }

    @Override
    public String target(Input input) {
        return input.backupPath();
    }

    @Override
    public Output run(Input input, StepContext context) {
        Listing listing = scripts.kept(context, input.service());
        String path = listings.write(context, input.backupPath(), listing);
        context.log().info(listing.counts() + ", listed in " + path + ".");
        return new Output(path, listing.rows().size());
    }
}
