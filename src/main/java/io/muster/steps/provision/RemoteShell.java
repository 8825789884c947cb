package io.muster.steps.provision;

import io.muster.remote.SshHosts;
import io.muster.step.StepContext;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/** Short scripts as root on one host, whose output is looked at here and not logged. */
final class RemoteShell {

    private static final int MOST = 64 * 1024;

    private final SshHosts hosts;
    private final SshHosts.Target target;
    private final StepContext context;

    RemoteShell(SshHosts hosts, SshHosts.Target target, StepContext context) {
        this.hosts = hosts;
        this.target = target;
        this.context = context;
    }

    record Result(int status, String out, String err) {
        boolean ok() {
            return status == 0;
        }

        /** The last line that says why it failed. */
        String why() {
            String said = (err.isBlank() ? out : err).strip();
            String last = said.substring(said.lastIndexOf('\n') + 1);
            return "exit status " + status + (last.isEmpty() ? "" : ", `" + last + "`");
        }
    }

    Result run(String script, Map<String, String> env) {
        return run(script, env, context.remaining());
    }

    Result run(String script, Map<String, String> env, Duration timeout) {
        Kept kept = new Kept();
        int status = hosts.run(target, script, env, true, kept, timeout, context::cancelled);
        return new Result(status, kept.out(), kept.err());
    }

    String host() {
        return target.host().name();
    }

    private static final class Kept implements SshHosts.Output {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private final ByteArrayOutputStream err = new ByteArrayOutputStream();

        @Override
        public void out(byte[] bytes, int offset, int length) {
            keep(out, bytes, offset, length);
        }

        @Override
        public void err(byte[] bytes, int offset, int length) {
            keep(err, bytes, offset, length);
        }

        private static synchronized void keep(ByteArrayOutputStream to, byte[] bytes, int offset, int length) {
            to.write(bytes, offset, Math.max(0, Math.min(length, MOST - to.size())));
        }

        String out() {
            return out.toString(StandardCharsets.UTF_8);
        }

        String err() {
            return err.toString(StandardCharsets.UTF_8);
        }
    }
}
