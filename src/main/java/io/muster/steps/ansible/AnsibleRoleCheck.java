package io.muster.steps.ansible;

import io.muster.inventory.Secrets;
import io.muster.remote.SshHosts;
import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.step.StepInfo;
import io.muster.steps.Targets;
import io.muster.steps.Words;
import jakarta.validation.constraints.NotBlank;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
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
            AnsibleRoleCheck.INCOMPLETE,
            AnsibleRoleCheck.INVALID,
            Project.TOOL_MISSING,
            Reason.NOT_FOUND,
            Reason.NOT_IN_INVENTORY
        })
public class AnsibleRoleCheck implements Step<AnsibleRoleCheck.Input, AnsibleRoleCheck.Output> {

    static final String INCOMPLETE = "RoleIncomplete";
    static final String INVALID = "PlaybookInvalid";

    private static final int PLAYBOOK = 1 << 20;
    private static final int SHOWN = 600;

    public record Input(
            @NotBlank @Field(label = "Service", description = "A service with `automation`.", example = "notes")
                    String service,
            @Field(
                            label = "Vault password",
                            description =
                                    "`secret:NAME`, where Ansible needs it to read the inventory or the playbook.",
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
    private final SshHosts hosts;
    private final Secrets secrets;

    AnsibleRoleCheck(Targets targets, SshHosts hosts, Secrets secrets) {
        this.targets = targets;
        this.hosts = hosts;
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
        files(project, context);
        syntax(project, env, context);
        String summary = "Role " + project.automation().role() + " has all files, and " + project.playbook()
                + " uses it and is well-formed.";
        context.log().info(summary);
        return new Output(
                project.automation().role(),
                project.automation().playbook(),
                project.automation().expectedChanges(),
                summary);
    }

    private void files(Project project, StepContext context) {
        Words said = new Words(context);
        int status = ask(project, Project.FILES, project.env(secrets, ""), said, context);
        project.demandBegun(status);
        if (status != 0) {
            throw new StepFailure.Rejected(
                    Reason.NON_ZERO_EXIT,
                    "The role's files on " + project.host() + " could not be looked at, exit status " + status + ": "
                            + said.complaint());
        }
        String playbook = project.automation().playbook();
        List<String> missing = new ArrayList<>(said.output().lines().toList());
        if (!missing.contains(playbook) && !uses(project)) {
            missing.add("role " + project.automation().role() + " in " + playbook
                    + " (under `roles`, or by include_role or import_role)");
        }
        if (!missing.isEmpty()) {
            throw new StepFailure.Rejected(
                    INCOMPLETE,
                    "The automation of " + project.service() + " is not complete in "
                            + project.control().directory() + " on " + project.host() + ". Not there, or empty: "
                            + String.join(", ", missing)
                            + ". Write what is missing, or correct `automation` in the inventory.");
        }
    }

    private boolean uses(Project project) {
        String path = project.control().directory() + "/" + project.automation().playbook();
        return RoleNames.uses(
                new String(hosts.read(project.target(), path, PLAYBOOK), StandardCharsets.UTF_8),
                project.automation().role());
    }

    private void syntax(Project project, Map<String, String> env, StepContext context) {
        Words said = new Words(context);
        int status = ask(project, Project.SYNTAX, env, said, context);
        project.demandBegun(status);
        byte[] output = (said.output() + "\n").getBytes(StandardCharsets.UTF_8);
        context.log().out(output, 0, output.length);
        if (status != 0) {
            throw new StepFailure.Rejected(
                    INVALID,
                    "ansible-playbook refuses " + project.playbook() + " (exit status " + status + "): "
                            + error(context.masked(said.output())) + " Mend it in the project, then retry.");
        }
    }

    /** From the error on, which warnings come before, as one line in quotes. */
    private static String error(String output) {
        String text =
                output.substring(Math.max(0, output.indexOf("ERROR!"))).strip().replaceAll("\\s*\\R\\s*", " ");
        return "\"" + (text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text) + "\".";
    }

    private int ask(Project project, String script, Map<String, String> env, Words said, StepContext context) {
        return hosts.run(project.target(), script, env, false, said, context.remaining(), context::cancelled);
    }
}
