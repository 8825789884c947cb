package io.muster.steps.ansible;

import io.muster.inventory.Secrets;
import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.step.StepInfo;
import io.muster.steps.Targets;
import jakarta.validation.constraints.NotBlank;
import java.util.Set;

@StepInfo(
        name = "automationCheck",
        title = "Check the automation",
        description =
                "Says whether Ansible deploys a service (`automation` of it in the inventory), and judges the role and"
                        + " the playbook as `ansibleRoleCheck` does: the result is a criterion for `criteriaCheck`. It succeeds"
                        + " whatever it finds: look at `automated` and `ready`. Runs nothing of the playbook.",
        category = "Ansible",
        changes = false,
        afterCrash = AfterCrash.REPEAT,
        timeout = "PT5M",
        errors = {Reason.NOT_IN_INVENTORY})
public class AutomationCheck implements Step<AutomationCheck.Input, AutomationCheck.Output> {

    static final String NOT_ASKED = "not asked";

    /** What says something of the automation, and not of the connection to its host. */
    private static final Set<String> TELLING =
            Set.of(RoleReview.INCOMPLETE, RoleReview.INVALID, Project.TOOL_MISSING, Reason.NOT_FOUND);

    public record Input(
            @NotBlank @Field(label = "Service", description = "A service of the run's environment.", example = "notes")
                    String service) {}

    public record Output(
            @Field(label = "Automated", description = "Whether the service has `automation` in the inventory.")
                    boolean automated,
            @Field(label = "Ready", description = "Automated, and its playbook may be run.") boolean ready,
            @Field(label = "Result", description = "Of the criterion: true, false, or not asked where there is none.")
                    String result,
            @Field(label = "Playbook", description = "In words, with its host; empty where there is none.")
                    String playbook,
            @Field(label = "Expected changes", description = "How many a second run may report, by the inventory.")
                    int expectedChanges,
            @Field(label = "Summary", description = "One sentence: the evidence.") String summary) {}

    private final Targets targets;
    private final RoleReview review;
    private final Secrets secrets;

    AutomationCheck(Targets targets, RoleReview review, Secrets secrets) {
        this.targets = targets;
        this.review = review;
        this.secrets = secrets;
    }

    @Override
    public String target(Input input) {
        return input.service();
    }

    @Override
    public Output run(Input input, StepContext context) {
        Output output = judged(input.service(), context);
        context.log().info(output.summary());
        return output;
    }

    private Output judged(String service, StepContext context) {
        if (targets.service(context, service).qualification().automation().isEmpty()) {
            String why =
                    "The service has no `automation` in the inventory: the runbook service-deployment deploys it, and"
                            + " there is no Ansible role.";
            return new Output(false, false, NOT_ASKED, "", 0, why);
        }
        Project project = Project.of(targets, context, service);
        String playbook = project.playbook() + ", role " + project.automation().role();
        int expected = project.automation().expectedChanges();
        try {
            String found = review.review(project, project.env(secrets, ""), context);
            return new Output(true, true, "true", playbook, expected, found);
        } catch (StepFailure.Rejected e) {
            if (!TELLING.contains(e.reason())) {
                throw e;
            }
            return new Output(true, false, "false", playbook, expected, e.reason() + ": " + e.getMessage());
        }
    }
}
