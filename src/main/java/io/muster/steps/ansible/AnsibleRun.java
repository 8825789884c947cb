package io.muster.steps.ansible;

import io.muster.inventory.Secrets;
import io.muster.remote.DurableCommands;
import io.muster.step.AfterCrash;
import io.muster.step.ByteSize;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.step.StepInfo;
import io.muster.steps.StepLedger;
import io.muster.steps.Targets;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

@StepInfo(
        name = "ansibleRun",
        title = "Run an Ansible playbook",
        description =
                "Runs the playbook of a service's automation on the Ansible control host, as the user of the connection, and"
                        + " reads its recap. It runs detached from the connection, as `sshCommand` does: a lost connection or a"
                        + " server that dies does not end it, and it is followed again. Fails with `PlaybookFailed` and the hosts"
                        + " when one failed or was not reached, or when the playbook reached no host at all; with"
                        + " `NotIdempotent` when it changed more than was expected.",
        category = "Ansible",
        changes = true,
        afterCrash = AfterCrash.RESUME,
        timeout = "PT30M",
        errors = {
            AnsibleRun.FAILED,
            AnsibleRun.NOT_IDEMPOTENT,
            Project.TOOL_MISSING,
            Reason.NOT_FOUND,
            Reason.NOT_IN_INVENTORY
        })
public class AnsibleRun implements Step<AnsibleRun.Input, AnsibleRun.Output> {

    static final String FAILED = "PlaybookFailed";
    static final String NOT_IDEMPOTENT = "NotIdempotent";

    private static final int NAMED = 20;

    public record Input(
            @NotBlank @Field(label = "Service", description = "A service with `automation`.", example = "notes")
                    String service,
            @Min(0)
                    @Field(
                            label = "Expected changes",
                            description =
                                    "How many tasks may report a change, all hosts together; more fails with `NotIdempotent`."
                                            + " Without it any number. For a second run, what `ansibleRoleCheck` says.",
                            example = "0")
                    Integer expectedChanges,
            @Field(
                            label = "Vault password",
                            description = "`secret:NAME`; on no command line and in no file. Empty: the inventory's"
                                    + " `vault-password`.",
                            defaultValue = "",
                            example = "secret:ansible-vault")
                    String vaultPassword,
            @Field(
                            label = "Output limit",
                            description = "How much of each output stream is kept. The recap is read beyond it too.",
                            defaultValue = "10MB",
                            example = "10MB")
                    ByteSize outputLimit) {}

    public record Output(
            @Field(label = "Hosts", description = "How many the recap has.") int hosts,
            @Field(label = "Changed", description = "How many tasks changed something, all hosts together.")
                    int changed,
            @Field(
                            label = "Idempotent",
                            description = "Whether it changed no more than the inventory expects of a second run.")
                    boolean idempotent,
            @Field(label = "Recap", description = "A line for each of the first 20 hosts.") String recap,
            @Field(label = "Summary", description = "One sentence.") String summary) {}

    private final Targets targets;
    private final DurableCommands commands;
    private final Secrets secrets;

    AnsibleRun(Targets targets, DurableCommands commands, Secrets secrets) {
        this.targets = targets;
        this.commands = commands;
        this.secrets = secrets;
    }

    @Override
    public String target(Input input) {
        return input.service();
    }

    @Override
    public Output run(Input input, StepContext context) {
        Project project = Project.of(targets, context, input.service());
        Map<String, String> env = new HashMap<>(project.env(secrets, input.vaultPassword()));
        env.put("MUSTER_STEP_RUN", context.id().toString());
        Playing output = new Playing(context);
        context.log().fromStart();
        int status = commands.run(
                new DurableCommands.Command(
                        context.id(),
                        project.target(),
                        Project.RUN,
                        env,
                        false,
                        input.outputLimit().bytes()),
                new StepLedger(context, project.host(), false),
                output,
                context.remaining(),
                context::cancelled);
        project.demandBegun(status);
        List<Recap.Host> hosts = output.recap().hosts();
        demandPassed(project, status, hosts, output, context);
        return output(project, hosts, input.expectedChanges(), context);
    }

    private static void demandPassed(
            Project project, int status, List<Recap.Host> hosts, Playing output, StepContext context) {
        if (status == 0 && !hosts.isEmpty() && hosts.stream().allMatch(Recap.Host::isWell)) {
            return;
        }
        String failed = named(context, hosts, host -> !host.isWell(), Recap.Host::why, ", ");
        String why;
        if (!failed.isEmpty()) {
            why = "hosts: " + failed + ".";
        } else if (status == 0) {
            why = "it ended without a recap of any host: its `hosts` match nothing in "
                    + project.automation().inventory() + ", or its output is not to be read.";
        } else {
            why = output.lastWords();
        }
        throw new StepFailure.Rejected(
                FAILED,
                "Playbook " + project.playbook() + " failed (exit status " + status + "): " + why
                        + " What it changed before stays so. Look at the step's log; mend the cause, then retry.");
    }

    private static Output output(Project project, List<Recap.Host> hosts, Integer expected, StepContext context) {
        int changed = hosts.stream().mapToInt(Recap.Host::changed).sum();
        if (expected != null && changed > expected) {
            throw new StepFailure.Rejected(
                    NOT_IDEMPOTENT,
                    "Playbook " + project.playbook() + " changed " + changed + ", where at most " + expected
                            + " was expected. Changed: "
                            + named(
                                    context,
                                    hosts,
                                    host -> host.changed() > 0,
                                    host -> host.name() + " " + host.changed(),
                                    ", ")
                            + ". Look in the log for `changed:`; let these tasks look before they change (`changed_when`,"
                            + " `creates`), then retry.");
        }
        int passedOver = hosts.stream().mapToInt(Recap.Host::passedOver).sum();
        String summary = "Playbook " + project.playbook()
                + (passedOver == 0 ? " ran without a failure: " : " ran to its end: ") + hosts.size() + " host"
                + (hosts.size() == 1 ? "" : "s") + ", " + changed + " changed"
                + (passedOver == 0
                        ? "."
                        : "; " + passedOver + " failed and were ignored or rescued by the playbook itself.");
        context.log().info(summary);
        return new Output(
                hosts.size(),
                changed,
                changed <= project.automation().expectedChanges(),
                named(context, hosts, host -> true, Recap.Host::counts, "\n"),
                summary);
    }

    /** Masked before it is cut. */
    private static String named(
            StepContext context,
            List<Recap.Host> hosts,
            Predicate<Recap.Host> which,
            Function<Recap.Host, String> how,
            String between) {
        List<String> found =
                hosts.stream().filter(which).map(how).map(context::masked).toList();
        String first = found.stream().limit(NAMED).map(AnsibleRun::brief).collect(Collectors.joining(between));
        return found.size() > NAMED ? first + between + "and " + (found.size() - NAMED) + " more" : first;
    }

    private static String brief(String text) {
        return text.length() > 180 ? text.substring(0, 180) + "…" : text;
    }

    @Override
    public Optional<String> abandon(StepContext context) {
        return StepLedger.last(context)
                .map(left -> commands.abandon(targets.ssh(context, left.host()), left.sudo(), left.handle()));
    }

    @Override
    public void sweep(StepContext context) {
        StepLedger.last(context)
                .ifPresent(left -> commands.sweep(targets.ssh(context, left.host()), left.sudo(), left.handle()));
    }
}
