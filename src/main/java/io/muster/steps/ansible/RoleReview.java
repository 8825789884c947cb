package io.muster.steps.ansible;

import io.muster.remote.SshHosts;
import io.muster.step.Reason;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.steps.Words;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/** Whether the files of a service's automation are there, and well-formed; runs nothing of them. */
@Component
final class RoleReview {

    static final String INCOMPLETE = "RoleIncomplete";
    static final String INVALID = "PlaybookInvalid";

    private static final int PLAYBOOK = 1 << 20;
    private static final int SHOWN = 600;

    private final SshHosts hosts;

    RoleReview(SshHosts hosts) {
        this.hosts = hosts;
    }

    /**
     * @param env with the vault password, where there is one
     * @return one sentence
     * @throws StepFailure RoleIncomplete with all that is missing, PlaybookInvalid with what Ansible says
     */
    String review(Project project, Map<String, String> env, StepContext context) {
        files(project, context);
        syntax(project, env, context);
        return "Role " + project.automation().role() + " has all files, and " + project.playbook()
                + " uses it and is well-formed.";
    }

    private void files(Project project, StepContext context) {
        Words said = new Words(context);
        int status = ask(project, Project.FILES, project.env(), said, context);
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
