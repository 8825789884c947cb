package io.muster.steps.provision;

import io.muster.inventory.Inventory;
import io.muster.remote.SshHosts;
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
import java.util.List;
import java.util.Map;

@StepInfo(
        name = "storagePrepare",
        title = "Prepare persistent storage",
        description =
                "Makes directories on a host's persistent storage, with owner and mode; those of its services' volumes"
                        + " where none are given. What is there already keeps its content; owner and mode are corrected"
                        + " where they are given.",
        category = "Provision",
        changes = true,
        afterCrash = AfterCrash.REPEAT,
        errors = {Reason.NOT_IN_INVENTORY, Reason.INVALID_INPUT, Reason.NON_ZERO_EXIT})
public class StoragePrepare implements Step<StoragePrepare.Input, StoragePrepare.Output> {

    /** Prints a line for each change. */
    private static final String PREPARE =
            """
            set -eu
            printf '%s\\n' "$DIRECTORIES" | while IFS= read -r directory; do
                if [ ! -d "$directory" ]; then
                    mkdir -p -- "$directory"
                    echo "created $directory"
                fi
                if [ -n "$OWNER" ] && [ "$(stat -c %U:%G -- "$directory")" != "$OWNER" ] &&
                        [ "$(stat -c %u:%g -- "$directory")" != "$OWNER" ]; then
                    chown -- "$OWNER" "$directory"
                    echo "owner of $directory: $OWNER"
                fi
                if [ -n "$MODE" ] && [ "$(stat -c %a -- "$directory")" != "$MODE" ]; then
                    chmod -- "$MODE" "$directory"
                    echo "mode of $directory: $MODE"
                fi
            done
            """;

    public record Input(
            @NotBlank @Field(label = "Host", example = "experimental-02") String host,
            @Field(
                            label = "Directories",
                            description =
                                    "Absolute, one a line; the volumes of the host's services where none are given.",
                            multiline = true,
                            example = "/srv/persistent/notes")
                    List<String> directories,
            @Pattern(regexp = "[a-z_][a-z0-9_-]*:[a-z_][a-z0-9_-]*|\\d+:\\d+")
                    @Field(
                            label = "Owner",
                            description = "user:group, names or numbers; left alone where none is given.")
                    String owner,
            @Pattern(regexp = "[0-7]{3,4}")
                    @Field(label = "Mode", description = "Octal; left alone where none is given.", example = "750")
                    String mode) {}

    public record Output(
            @Field(label = "Directories") List<String> directories,
            @Field(label = "Changed") boolean changed,
            @Field(label = "Changes") List<String> changes,
            @Field(label = "Summary", description = "One sentence.") String summary) {}

    private final Targets targets;
    private final SshHosts hosts;

    StoragePrepare(Targets targets, SshHosts hosts) {
        this.targets = targets;
        this.hosts = hosts;
    }

    @Override
    public String target(Input input) {
        return input.host();
    }

    @Override
    public Output run(Input input, StepContext context) {
        Inventory.Host host = targets.host(context, input.host());
        List<String> directories = input.directories().isEmpty()
                ? Storage.directories(targets.environment(context), host)
                : input.directories();
        refuseElsewhere(host, directories);
        if (directories.isEmpty()) {
            String summary = "No service has a volume on the persistent storage of " + host.name() + ".";
            context.log().info(summary);
            return new Output(directories, false, List.of(), summary);
        }
        RemoteShell shell = new RemoteShell(hosts, targets.ssh(context, host.name()), context);
        context.effect("prepare storage", host.name());
        RemoteShell.Result result = shell.run(
                PREPARE,
                Map.of(
                        "DIRECTORIES", String.join("\n", directories),
                        "OWNER", input.owner() == null ? "" : input.owner(),
                        "MODE", input.mode() == null ? "" : input.mode()));
        if (!result.ok()) {
            throw new StepFailure.Rejected(
                    Reason.NON_ZERO_EXIT,
                    "The directories on " + host.name() + " could not be prepared: " + result.why()
                            + ". Is the mount there and writable, and does the owner exist?");
        }
        List<String> changes = result.out().lines().toList();
        changes.forEach(context.log()::info);
        return new Output(
                directories,
                !changes.isEmpty(),
                changes,
                changes.isEmpty()
                        ? "The directories on persistent storage were there already."
                        : "On persistent storage: " + String.join(", ", changes) + ".");
    }

    private static void refuseElsewhere(Inventory.Host host, List<String> directories) {
        List<String> wrong = directories.stream()
                .filter(directory -> directory.contains("\n") || !Storage.isPersistent(host, directory))
                .toList();
        if (!wrong.isEmpty()) {
            throw new StepFailure.Rejected(
                    Reason.INVALID_INPUT,
                    "These are not on the persistent storage of " + host.name() + " ("
                            + String.join(", ", host.persistentStorage()) + "), and nothing was made: "
                            + String.join(", ", wrong) + ".");
        }
    }
}
