package io.muster.remote.ssh;

import io.muster.inventory.Inventory;
import io.muster.remote.SshHosts;
import java.time.Duration;
import java.util.Map;

/** One host and the way to it. */
record Reach(RemoteScripts scripts, Inventory.Environment environment, Route route) {

    private static final Duration SHORT = Duration.ofSeconds(60);

    RemoteScripts.Attached attach(ShellScript script, SshHosts.Output output) {
        return scripts.attach(environment, route, script, output);
    }

    /** Runs a small script of our own; what it prints goes to {@code said}. */
    int run(String script, Map<String, String> env, boolean sudo, Captured said) {
        return scripts.run(
                environment,
                route,
                new ShellScript(script, env, sudo),
                said,
                RemoteScripts.Watch.total(SHORT, () -> false));
    }

    /** Returns what went wrong; nothing, when all of the process group is gone. */
    String kill(RemoteProcess process, boolean sudo) {
        return new RemoteKill(scripts, environment, route).kill(process, sudo);
    }
}
