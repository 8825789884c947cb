package io.muster.steps;

import io.muster.remote.SshHosts;
import io.muster.step.Reason;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import java.util.Map;
import org.springframework.stereotype.Component;

/** Scripts on hosts, as root, whose short answer is read; what they complain about goes to the step's log. */
@Component
public final class HostShell {

    private final Targets targets;
    private final SshHosts hosts;

    HostShell(Targets targets, SshHosts hosts) {
        this.targets = targets;
        this.hosts = hosts;
    }

    /** @param errors the end of what it wrote to standard error, one line */
    public record Answer(int status, String output, String errors) {}

    public Answer run(StepContext context, String host, String script, Map<String, String> env) {
        Words captured = new Words(context);
        int status = hosts.run(
                targets.ssh(context, host), script, env, true, captured, context.remaining(), context::cancelled);
        return new Answer(status, captured.output(), captured.complaint());
    }

    /** As {@link #run}; anything but exit status 0 is a failure that begins with {@code what}. */
    public String demand(StepContext context, String host, String script, Map<String, String> env, String what) {
        Answer answer = run(context, host, script, env);
        if (answer.status() != 0) {
            throw new StepFailure.Rejected(
                    Reason.TASK_FAILED,
                    what + " on " + host + " failed with exit status " + answer.status() + ": " + answer.errors()
                            + " Mend the cause there, then retry.");
        }
        return answer.output();
    }
}
