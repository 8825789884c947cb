package io.muster.steps.ssh;

import io.muster.inventory.Secrets;
import io.muster.remote.DurableCommands;
import io.muster.remote.SshHosts;
import io.muster.step.AfterCrash;
import io.muster.step.ByteSize;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.step.StepInfo;
import io.muster.steps.OutputTail;
import io.muster.steps.SecretValues;
import io.muster.steps.StepLedger;
import io.muster.steps.Targets;
import jakarta.validation.constraints.NotBlank;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

@StepInfo(
        name = "sshCommand",
        title = "Run a command over SSH",
        description =
                "Runs a POSIX shell script on a host of the run's environment and streams its output to the log. It runs"
                        + " detached from the connection: a lost connection or a server that dies does not end it, and it is"
                        + " followed again. Fails with `NonZeroExit` when the exit status is not among the accepted ones.",
        category = "SSH",
        changes = true,
        afterCrash = AfterCrash.RESUME,
        errors = {Reason.NON_ZERO_EXIT, Reason.NOT_IN_INVENTORY})
public class SshCommand implements Step<SshCommand.Input, SshCommand.Output> {

    private static final Pattern STATUS = Pattern.compile("\\d{1,3}");
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    public record Input(
            @NotBlank
                    @Field(
                            label = "Host",
                            description = "A host of the run's environment.",
                            example = "experimental-01")
                    String host,
            @NotBlank
                    @Field(
                            label = "Command",
                            description = "A POSIX shell script. It reads nothing from standard input.",
                            example = "uname -a",
                            multiline = true)
                    String command,
            @Field(
                            label = "Environment",
                            description = "One NAME=value per line, exported to the script.",
                            example = "MODE=full",
                            multiline = true)
                    Map<String, String> env,
            @Field(
                            label = "Secret environment",
                            description = "One NAME=secret:NAME per line: exported to the script, never shown.",
                            example = "",
                            multiline = true)
                    Map<String, String> secretEnv,
            @Field(label = "As root", description = "Run through sudo, without a password.", defaultValue = "false")
                    boolean sudo,
            @Field(label = "Accepted exit statuses", description = "One per line.", defaultValue = "0", example = "0")
                    List<String> accept,
            @Field(
                            label = "Output limit",
                            description =
                                    "How much of each output stream is kept. What comes beyond is counted and hashed on the"
                                            + " host, and only its end is kept.",
                            defaultValue = "10MB",
                            example = "10MB")
                    ByteSize outputLimit) {}

    public record Output(
            @Field(label = "Exit status") int exitStatus,
            @Field(label = "Standard output", description = "Its end, at most 3900 characters; the log has all of it.")
                    String stdout,
            @Field(label = "Standard error", description = "Its end, at most 3900 characters; the log has all of it.")
                    String stderr) {}

    private final Targets targets;
    private final DurableCommands commands;
    private final Secrets secrets;

    SshCommand(Targets targets, DurableCommands commands, Secrets secrets) {
        this.targets = targets;
        this.commands = commands;
        this.secrets = secrets;
    }

    @Override
    public String target(Input input) {
        return input.host();
    }

    @Override
    public Output run(Input input, StepContext context) {
        check(input);
        SshHosts.Target target = targets.ssh(context, input.host());
        Map<String, String> env = new HashMap<>(input.env());
        input.secretEnv()
                .forEach((name, ref) ->
                        env.put(name, SecretValues.resolve(secrets, "Secret environment variable " + name, ref)));
        env.put("MUSTER_STEP_RUN", context.id().toString());
        OutputTail output = new OutputTail(context);
        context.log().fromStart();
        int status = commands.run(
                new DurableCommands.Command(
                        context.id(),
                        target,
                        input.command(),
                        env,
                        input.sudo(),
                        input.outputLimit().bytes()),
                new StepLedger(context, input.host(), input.sudo()),
                output,
                context.remaining(),
                context::cancelled);
        Output result = new Output(status, output.stdout(), output.stderr());
        if (!input.accept().contains(Integer.toString(status))) {
            throw new StepFailure.Rejected(
                    Reason.NON_ZERO_EXIT,
                    "The command on " + input.host() + " ended with exit status " + status + " (accepted: "
                            + String.join(", ", input.accept()) + "). " + output.lastWords()
                            + " Look at the step's log; mend the cause on the host or the command in the diagram, then retry.");
        }
        return result;
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

    /** Everything that is wrong, before anything is run. */
    private static void check(Input input) {
        List<String> wrong = new ArrayList<>();
        input.accept().stream()
                .filter(status -> !STATUS.matcher(status).matches() || Integer.parseInt(status) > 255)
                .forEach(status -> wrong.add("`accept` has '" + status + "', which is no exit status, 0 to 255"));
        Stream.concat(input.env().keySet().stream(), input.secretEnv().keySet().stream())
                .filter(name -> !NAME.matcher(name).matches())
                .forEach(name -> wrong.add("'" + name + "' is no name of an environment variable: letters, digits, _"));
        input.secretEnv().keySet().stream()
                .filter(input.env()::containsKey)
                .forEach(name -> wrong.add(name + " is given twice, as environment and as secret environment"));
        if (!wrong.isEmpty()) {
            throw new StepFailure.Rejected(
                    Reason.INVALID_INPUT,
                    "The command on " + input.host() + " was not started: " + String.join("; ", wrong) + ".");
        }
    }
}
