package io.muster.steps.testdata;

import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.step.StepInfo;
import jakarta.validation.constraints.NotBlank;
import java.util.Optional;

@StepInfo(
        name = "testDataRemove",
        title = "Remove test data",
        description =
                "Runs the service's script `test-data.remove` on its host, detached from the connection, and looks that"
                        + " no record is left.",
        category = "Test data",
        changes = true,
        afterCrash = AfterCrash.RESUME,
        timeout = "PT30M",
        errors = {
            TestDataScripts.NO_SCRIPTS,
            TestDataScripts.LISTING_INVALID,
            Reason.CHECK_FAILED,
            Reason.NON_ZERO_EXIT,
            Reason.NOT_IN_INVENTORY
        })
public class TestDataRemove implements Step<TestDataRemove.Input, TestDataRemove.Output> {

    public record Input(
            @NotBlank @Field(label = "Service", description = "A service of the run's environment.", example = "notes")
                    String service) {}

    public record Output(@Field(label = "Summary", description = "One sentence.") String summary) {}

    private final TestDataScripts scripts;

    TestDataRemove(TestDataScripts scripts) {
        this.scripts = scripts;
    }

    @Override
    public String target(Input input) {
        return input.service();
    }

    @Override
    public Output run(Input input, StepContext context) {
        TestDataScripts.Scripts of = scripts.of(context, input.service());
        String remove = of.scripts()
                .remove()
                .orElseThrow(() -> new StepFailure.Rejected(
                        TestDataScripts.NO_SCRIPTS,
                        "Service '" + input.service()
                                + "' has no `test-data.remove` in the inventory: give it one, or keep the test"
                                + " data."));
        scripts.change(context, of, remove, "remove");
        Listing left = scripts.look(context, of);
        if (!left.rows().isEmpty()) {
            throw new StepFailure.Rejected(
                    Reason.CHECK_FAILED,
                    "The script `remove` of " + input.service() + " on " + of.host() + " left " + left.counts()
                            + ": "
                            + String.join(
                                    ", ",
                                    left.rows().keySet().stream().limit(10).toList())
                            + ". Mend the script, then retry.");
        }
        context.log().info("No test data is left in " + input.service() + ".");
        return new Output("No test data is left in " + input.service());
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
