package io.muster.steps.volume;

import io.muster.remote.SshHosts;
import io.muster.step.Reason;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.steps.Targets;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.springframework.stereotype.Component;

/** Scripts on hosts, as root, whose short answer is read; what they complain about goes to the step's log. */
@Component
final class HostShell {

    private final Targets targets;
    private final SshHosts hosts;

    HostShell(Targets targets, SshHosts hosts) {
        this.targets = targets;
        this.hosts = hosts;
    }

    /** @param errors the end of what it wrote to standard error, one line */
    record Answer(int status, String output, String errors) {}

    Answer run(StepContext context, String host, String script, Map<String, String> env) {
        Captured captured = new Captured(context);
        int status = hosts.run(
                targets.ssh(context, host), script, env, true, captured, context.remaining(), context::cancelled);
        return new Answer(status, captured.output(), captured.complaint());
    }

    /** As {@link #run}; anything but exit status 0 is a failure that begins with {@code what}. */
    String demand(StepContext context, String host, String script, Map<String, String> env, String what) {
        Answer answer = run(context, host, script, env);
        if (answer.status() != 0) {
            throw new StepFailure.Rejected(
                    Reason.TASK_FAILED,
                    what + " on " + host + " failed with exit status " + answer.status() + ": " + answer.errors()
                            + " Mend the cause there, then retry.");
        }
        return answer.output();
    }

    private static final class Captured implements SshHosts.Output {
        private static final int LIMIT = 256 * 1024;
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private final ByteArrayOutputStream err = new ByteArrayOutputStream();
        private final StepContext context;

        Captured(StepContext context) {
            this.context = context;
        }

        @Override
        public synchronized void out(byte[] bytes, int offset, int length) {
            out.write(bytes, offset, Math.min(length, LIMIT - out.size()));
        }

        @Override
        public synchronized void err(byte[] bytes, int offset, int length) {
            context.log().err(bytes, offset, length);
            err.write(bytes, offset, Math.min(length, LIMIT - err.size()));
        }

        synchronized String output() {
            return out.toString(StandardCharsets.UTF_8).stripTrailing();
        }

        synchronized String complaint() {
            String text =
                    context.masked(err.toString(StandardCharsets.UTF_8).strip()).replaceAll("\\s*\\R\\s*", " ");
            String shown = text.length() > 500 ? "…" + text.substring(text.length() - 500) : text;
            return shown.isEmpty() ? "it wrote nothing." : "\"" + shown + "\".";
        }
    }
}
