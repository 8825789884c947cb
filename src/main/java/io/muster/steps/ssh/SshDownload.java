package io.muster.steps.ssh;

import io.muster.remote.SshHosts;
import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepInfo;
import io.muster.steps.Targets;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import java.nio.file.Path;

@StepInfo(
        name = "sshDownload",
        title = "Get a file from a host",
        description =
                "Copies a file of a host to `runs/<run id>/` in the server's files directory and compares SHA-256 on"
                        + " both sides.",
        category = "SSH",
        changes = false,
        afterCrash = AfterCrash.REPEAT,
        errors = {Reason.NOT_IN_INVENTORY, Reason.NOT_FOUND})
public class SshDownload implements Step<SshDownload.Input, SshDownload.Output> {

    public record Input(
            @NotBlank
                    @Field(
                            label = "Host",
                            description = "A host of the run's environment.",
                            example = "experimental-01")
                    String host,
            @NotBlank
                    @Pattern(regexp = "/.*[^/]", message = "must be the absolute path of a file")
                    @Field(label = "Path", description = "Absolute path on the host.", example = "/etc/hostname")
                    String path,
            @NotBlank
                    @Pattern(regexp = "[A-Za-z0-9._-]+", message = "must be a plain file name")
                    @Field(label = "Name", description = "The file's name on the server.", example = "hostname.txt")
                    String name) {}

    public record Output(
            @Field(label = "File", description = "Its path below the server's files directory.") String file,
            @Field(label = "SHA-256") String sha256,
            @Field(label = "Size", description = "In bytes.") long bytes) {}

    private final Targets targets;
    private final SshHosts hosts;
    private final Files files;

    SshDownload(Targets targets, SshHosts hosts, Files files) {
        this.targets = targets;
        this.hosts = hosts;
        this.files = files;
    }

    @Override
    public String target(Input input) {
        return input.host() + ":" + input.path();
    }

    @Override
    public Output run(Input input, StepContext context) {
        String name = "runs/" + context.run().rootId() + "/" + context.id() + "-" + input.name();
        Path local = files.resolve(name);
        Temporary.delete(local);
        String sha256 = hosts.download(targets.ssh(context, input.host()), input.path(), local);
        long size = local.toFile().length();
        context.log().info("Got " + target(input) + ", " + size + " bytes, SHA-256 " + sha256 + ", as " + name);
        return new Output(name, sha256, size);
    }
}
