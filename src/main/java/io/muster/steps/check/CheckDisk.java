package io.muster.steps.check;

import io.muster.remote.SshHosts;
import io.muster.step.AfterCrash;
import io.muster.step.ByteSize;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.step.StepInfo;
import io.muster.steps.Targets;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

@StepInfo(
        name = "checkDisk",
        title = "Check free disk space",
        description = "Looks with `df` how much space the file system of a path has left. The path must exist.",
        category = "Check",
        changes = false,
        afterCrash = AfterCrash.REPEAT,
        errors = {Reason.CHECK_FAILED, Reason.NOT_FOUND, Reason.NOT_IN_INVENTORY})
public class CheckDisk implements Step<CheckDisk.Input, CheckDisk.Output> {

    /** The one line below the head; names of devices and mount points may hold spaces. */
    private static final Pattern LINE = Pattern.compile("(?m)\\s(\\d+)\\s+\\d+\\s+(-?\\d+)\\s+(\\d+|-)%?\\s+/");

    public record Input(
            @NotBlank
                    @Field(
                            label = "Host",
                            description = "A host of the run's environment.",
                            example = "experimental-01")
                    String host,
            @NotBlank
                    @jakarta.validation.constraints.Pattern(regexp = "/.*", message = "must be an absolute path")
                    @Field(label = "Path", example = "/srv/persistent")
                    String path,
            @Field(label = "At least free", description = "As 2GiB.", example = "2GiB") ByteSize minimumFree,
            @Min(1) @Max(100) @Field(label = "At most used", description = "Percent.", example = "85")
                    Integer maximumUsedPercent) {}

    public record Output(
            @Field(label = "Free", description = "In bytes.") long freeBytes,
            @Field(label = "Size", description = "In bytes.") long totalBytes,
            @Field(label = "Used", description = "Percent.") int usedPercent) {}

    private final Targets targets;
    private final SshHosts hosts;

    CheckDisk(Targets targets, SshHosts hosts) {
        this.targets = targets;
        this.hosts = hosts;
    }

    @Override
    public String target(Input input) {
        return input.host() + ":" + input.path();
    }

    @Override
    public Output run(Input input, StepContext context) {
        if (input.minimumFree() == null && input.maximumUsedPercent() == null) {
            throw new StepFailure.Rejected(
                    Reason.INVALID_INPUT,
                    "Give `minimumFree` or `maximumUsedPercent`: a check without a limit cannot fail.");
        }
        Output found = look(input, context);
        context.log()
                .info(target(input) + ": " + new ByteSize(found.freeBytes()) + " free of "
                        + new ByteSize(found.totalBytes()) + ", " + found.usedPercent() + " % used");
        List<String> wrong = new ArrayList<>();
        if (input.minimumFree() != null
                && found.freeBytes() < input.minimumFree().bytes()) {
            wrong.add(new ByteSize(found.freeBytes()) + " free, at least " + input.minimumFree() + " wanted");
        }
        if (input.maximumUsedPercent() != null && found.usedPercent() > input.maximumUsedPercent()) {
            wrong.add(found.usedPercent() + " % used, at most " + input.maximumUsedPercent() + " % wanted");
        }
        if (!wrong.isEmpty()) {
            throw new StepFailure.Rejected(
                    Reason.CHECK_FAILED,
                    "The disk below " + target(input) + " is too full: " + String.join("; ", wrong)
                            + ". Free or add space, then retry.");
        }
        return found;
    }

    private Output look(Input input, StepContext context) {
        Captured output = new Captured(context);
        int status = hosts.run(
                targets.ssh(context, input.host()),
                "LC_ALL=C df -Pk -- \"$CHECKED_PATH\"",
                Map.of("CHECKED_PATH", input.path()),
                false,
                output,
                context.remaining(),
                context::cancelled);
        Matcher line = LINE.matcher(output.stdout());
        if (status != 0 || !line.find()) {
            throw new StepFailure.Rejected(
                    Reason.NOT_FOUND,
                    "`df` on " + input.host() + " knows nothing of " + input.path() + ": " + output.said()
                            + ". Does the path exist?");
        }
        long total = Long.parseLong(line.group(1)) * 1024;
        long free = Math.max(0, Long.parseLong(line.group(2)) * 1024);
        int used = line.group(3).equals("-") ? 0 : Integer.parseInt(line.group(3));
        return new Output(free, total, used);
    }

    /** A short output, kept whole and logged. */
    private static final class Captured implements SshHosts.Output {
        private static final int LIMIT = 64 * 1024;
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private final ByteArrayOutputStream err = new ByteArrayOutputStream();
        private final StepContext context;

        Captured(StepContext context) {
            this.context = context;
        }

        @Override
        public void out(byte[] bytes, int offset, int length) {
            context.log().out(bytes, offset, length);
            keep(out, bytes, offset, length);
        }

        @Override
        public void err(byte[] bytes, int offset, int length) {
            context.log().err(bytes, offset, length);
            keep(err, bytes, offset, length);
        }

        private synchronized void keep(ByteArrayOutputStream kept, byte[] bytes, int offset, int length) {
            kept.write(bytes, offset, Math.min(length, LIMIT - kept.size()));
        }

        synchronized String stdout() {
            return out.toString(StandardCharsets.UTF_8);
        }

        synchronized String said() {
            String complaint = err.toString(StandardCharsets.UTF_8).strip();
            return complaint.isEmpty() ? stdout().strip() : complaint;
        }
    }
}
