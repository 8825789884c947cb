package io.muster.steps.wipe;

import io.muster.remote.SshHosts;
import io.muster.step.StepContext;
import io.muster.steps.Targets;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.springframework.stereotype.Component;

/** Short scripts on hosts, as root. */
@Component("wipeShell")
final class Shell {

    private static final int LIMIT = 64 * 1024;

    private final Targets targets;
    private final SshHosts hosts;

    Shell(Targets targets, SshHosts hosts) {
        this.targets = targets;
        this.hosts = hosts;
    }

    /** @param output both streams, stripped */
    record Answer(int status, String output) {}

    Answer run(StepContext context, String host, String script, Map<String, String> env) {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        SshHosts.Output both = new SshHosts.Output() {
            @Override
            public synchronized void out(byte[] bytes, int offset, int length) {
                said.write(bytes, offset, Math.min(length, LIMIT - said.size()));
            }

            @Override
            public synchronized void err(byte[] bytes, int offset, int length) {
                context.log().err(bytes, offset, length);
                out(bytes, offset, length);
            }
        };
        int status =
                hosts.run(targets.ssh(context, host), script, env, true, both, context.remaining(), context::cancelled);
        return new Answer(status, said.toString(StandardCharsets.UTF_8).strip());
    }
}
