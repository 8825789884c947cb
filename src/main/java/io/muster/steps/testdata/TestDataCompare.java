package io.muster.steps.testdata;

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
import java.util.Optional;

@StepInfo(
        name = "testDataCompare",
        title = "Compare restored data with the backup's listing",
        description =
                "Runs the service's script `test-data.verify` and compares what it lists, record by record, with what was listed"
                        + " beside the backup (`testDataKeep`). Fails with `DataDiffers`, naming the records, where one is missing,"
                        + " changed or extra. Compares nothing, and says why, where the service has no scripts, no listing was kept, or"
                        + " it does not run.",
        category = "Test data",
        changes = false,
        afterCrash = AfterCrash.REPEAT,
        timeout = "PT30M",
        errors = {
            TestDataCompare.DIFFERS,
            TestDataScripts.LISTING_INVALID,
            Reason.NON_ZERO_EXIT,
            Reason.NOT_IN_INVENTORY
        })
public class TestDataCompare implements Step<TestDataCompare.Input, TestDataCompare.Output> {

    static final String DIFFERS = "DataDiffers";

    public record Input(
            @NotBlank @Field(label = "Service", description = "A service of the run's environment.", example = "notes")
                    String service,
            @NotBlank
                    @Pattern(regexp = "[^:]+:/.+", message = "must be host:/path")
                    @Field(
                            label = "Backup path",
                            description = "Of the backup that was put back, host:/path.",
                            example = "monitoring-01:/srv/persistent/backups/prod/notes/20260102T030405Z-1a2b3c4d")
                    String backupPath,
            @Field(
                            label = "Running",
                            description = "Whether the service runs; its script may need it.",
                            defaultValue = "true")
                    Boolean running) {}

    public record Output(
            @Field(label = "Compared") boolean compared,
            @Field(label = "Records") int records,
            @Field(label = "Summary", description = "One sentence.") String summary) {}

    private final Targets targets;
    private final TestDataScripts scripts;
    private final KeptListings listings;

    TestDataCompare(Targets targets, TestDataScripts scripts, KeptListings listings) {
        this.targets = targets;
        this.scripts = scripts;
        this.listings = listings;
    }

    @Override
    public String target(Input input) {
        return input.service();
    }

    @Override
    public Output run(Input input, StepContext context) {
        Output output = compared(input, context);
        context.log().info(output.summary());
        return output;
    }

    private Output compared(Input input, StepContext context) {
        if (targets.service(context, input.service()).qualification().testData().isEmpty()) {
            return not("the service has no `test-data` in the inventory");
        }
        Optional<Listing> kept = kept(input, context);
        if (kept.isEmpty()) {
            return not("no listing of its records was kept beside the backup");
        }
        if (!input.running()) {
            return not("no container of the service runs; compare with `testDataVerify` once it does");
        }
        Listing found = scripts.look(context, scripts.of(context, input.service()));
        var differences = found.differences(kept.get());
        if (!differences.isEmpty()) {
            throw new StepFailure.Rejected(
                    DIFFERS,
                    "What was restored of " + input.service() + " is not what was listed beside backup "
                            + input.backupPath() + ": " + String.join("; ", differences)
                            + ". Abort to put back what was there before, or look at the backup and retry.");
        }
        return new Output(
                true,
                found.rows().size(),
                found.rows().size() + " records (" + found.counts() + ") are as they were listed beside the backup.");
    }

    private Optional<Listing> kept(Input input, StepContext context) {
        try {
            return Optional.of(listings.read(context, input.backupPath()));
        } catch (StepFailure.Rejected e) {
            if (e.reason().equals(Reason.NOT_FOUND)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static Output not(String why) {
        return new Output(false, 0, "Not compared record by record: " + why + ".");
    }
}
