package io.muster.steps.ssh;

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
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

@StepInfo(
        name = "sshUpload",
        title = "Put a file on a host",
        description =
                "Writes a file on a host: its content given here, or copied from the server's files directory. Written"
                        + " beside the old one and renamed, so that a reader sees the old or the new file, never half of one; read"
                        + " back and compared by SHA-256.",
        category = "SSH",
        changes = true,
        afterCrash = AfterCrash.REPEAT,
        errors = {Reason.NOT_IN_INVENTORY, Reason.NOT_FOUND, Reason.NO_SPACE})
public class SshUpload implements Step<SshUpload.Input, SshUpload.Output> {

    public record Input(
            @NotBlank
                    @Field(
                            label = "Host",
                            description = "A host of the run's environment.",
                            example = "experimental-01")
                    String host,
            @NotBlank
                    @Pattern(regexp = "/.*[^/]", message = "must be the absolute path of a file")
                    @Field(label = "Path", description = "Absolute path on the host.", example = "/etc/motd")
                    String path,
            @Field(label = "Content", description = "The file's text.", example = "Welcome", multiline = true)
                    String content,
            @Field(
                            label = "Source",
                            description = "Instead of content: a file below the server's files directory.",
                            example = "")
                    String source,
            @Pattern(regexp = "0?[0-7]{3}", message = "must be an octal file mode such as 0644")
                    @Field(label = "Mode", description = "Octal file mode.", defaultValue = "0644")
                    String mode) {}

    public record Output(@Field(label = "SHA-256", description = "Of the file as read back.") String sha256) {}

    private final Targets targets;
    private final SshHosts hosts;
    private final Files files;

    SshUpload(Targets targets, SshHosts hosts, Files files) {
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
        if ((input.content() == null) == (input.source() == null)) {
            throw new StepFailure.Rejected(
                    Reason.INVALID_INPUT,
                    "Give either `content` or `source`: the file's text, or where to copy it from.");
        }
        SshHosts.Target target = targets.ssh(context, input.host());
        Path local = input.source() == null ? temporary(input.content()) : existing(input.source());
        try {
            context.effect("write file", target(input));
            String sha256 = hosts.upload(target, local, input.path(), input.mode());
            context.log().info("Wrote " + target(input) + ", SHA-256 " + sha256);
            return new Output(sha256);
        } finally {
            if (input.source() == null) {
                Temporary.delete(local);
            }
        }
    }

    private Path existing(String source) {
        Path path = files.existing(source);
        if (!java.nio.file.Files.isRegularFile(path)) {
            throw new StepFailure.Rejected(Reason.NOT_FOUND, "There is no file " + path + " on this server.");
        }
        return path;
    }

    private static Path temporary(String content) {
        return Temporary.with(content.getBytes(StandardCharsets.UTF_8));
    }
}
