package io.muster.steps.ansible;

import io.muster.inventory.Secrets;
import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepInfo;
import io.muster.steps.Targets;
import jakarta.validation.constraints.NotBlank;
import java.util.Map;

@StepInfo(
        name = "ansibleRoleCheck",
        title = "Check an Ansible role",
        description = "Looks on the Ansible control host whether the automation of a service is complete: the role's"
                + " `defaults/main.yml`, `tasks/main.yml`, `handlers/main.yml`, `templates/` and `README.md`, the"
                + " inventory, and a playbook that uses the role; all that is missing is named at once. Then"
                + " `ansible-playbook --syntax-check`. Runs nothing of the playbook.",
        category = "Ansible",
        changes = false,
        afterCrash = AfterCrash.REPEAT,
        timeout = "PT5M",
        errors = {
            RoleReview.INCOMPLETE,
            RoleReview.INVALID,
            Project.TOOL_MISSING,
            Reason.NOT_FOUND,
            Reason.NOT_IN_INVENTORY
        })
public class AnsibleRoleCheck implements Step<AnsibleRoleCheck.Input, AnsibleRoleCheck.Output> {

    public record Input(
            @NotBlank @Field(label = "Service", description = "A service with `automation`.", example = "notes")
                    String service,
            @Field(
                            label = "Vault password",
                            description =
                                    "`secret:NAME`, where Ansible needs it to read the inventory or the playbook; empty: the"
                                            + " inventory's `vault-password`.",
                            defaultValue = "",
                            example = "secret:ansible-vault")
                    String vaultPassword) {}

    public record Output(
            @Field(label = "Role") String role,
            @Field(label = "Playbook") String playbook,
            @Field(label = "Expected changes", description = "How many a second run may report, by the inventory.")
                    int expectedChanges,
            @Field(label = "Summary", description = "One sentence.") String summary) {}

    private final Targets targets;
    private final RoleReview review;
    private final Secrets secrets;

    AnsibleRoleCheck(Targets targets, RoleReview review, Secrets secrets) {
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
        Project project = Project.of(targets, context, input.service());
        Map<String, String> env = project.env(secrets, input.vaultPassword());
        String summary = review.review(project, env, context);
        context.log().info(summary);
        return new Output(
                project.automation().role(),
                project.automation().playbook(),
                project.automation().expectedChanges(),
                summary);
    }
}
