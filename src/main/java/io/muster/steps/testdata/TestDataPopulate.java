package io.muster.steps.testdata;

import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepInfo;
import jakarta.validation.constraints.NotBlank;
import java.util.Optional;

@StepInfo(
        name = "testDataPopulate",
        title = "Populate with test data",
        description = "Runs the service's script `test-data.populate` on its host, detached from the connection, then"
                + " `test-data.verify`, which lists each record, and keeps the listing with the run: `testDataVerify` compares"
                + " with it.",
        category = "Test data",
        changes = true,
        afterCrash = AfterCrash.RESUME,
        timeout = "PT30M",
        errors = {
            TestDataScripts.NO_SCRIPTS,
            TestDataScripts.LISTING_INVALID,
            Reason.NON_ZERO_EXIT,
            Reason.NOT_IN_INVENTORY
        })
public class TestDataPopulate implements Step<TestDataPopulate.Input, TestDataPopulate.Output> {

    public record Input(
            @NotBlank @Field(label = "Service", description = "A service of the run's environment.", example = "notes")
                    String service) {}

    public record Output(
            @Field(label = "Records") int records,
            @Field(label = "Kinds", description = "How many kinds of records.") int kinds,
            @Field(label = "References", description = "From records to others.") int references,
            @Field(label = "Dangling", description = "References to what is not there.") int dangling,
            @Field(label = "Bytes", description = "As the verifying script says.") long bytes,
            @Field(label = "Summary", description = "One sentence.") String summary) {}

    private final TestDataScripts scripts;

    TestDataPopulate(TestDataScripts scripts) {
        this.scripts = scripts;
    }

    @Override
    public String target(Input input) {
        return input.service();
    }

    @Override
    public Output run(Input input, StepContext context) {
        TestDataScripts.Scripts of = scripts.of(context, input.service());
        scripts.change(context, of, of.scripts().populate(), "populate");
        Listing listing = scripts.look(context, of);
        scripts.keep(context, input.service(), listing);
        String summary = listing.counts() + "; " + listing.references() + " references, " + listing.bytes() + " bytes";
        context.log().info(summary);
        return new Output(
                listing.rows().size(),
                listing.kinds().size(),
                listing.references(),
                listing.dangling().size(),
                listing.bytes(),
                summary);
    }

    @Override
    public Optional<String> abandon(StepContext context) {
        return scripts.abandon(context);
    }

    @Override
    public void sweep(StepContext context) {
        scripts.sweep(context);
    }
}
