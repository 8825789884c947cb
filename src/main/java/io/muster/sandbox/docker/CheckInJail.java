package io.muster.sandbox.docker;

import io.muster.sandbox.Jail;
import java.io.IOException;

/** A health check as a command inside a running container. */
record CheckInJail(Jail jail, HealthCheck check, Definition definition) implements Health.CheckProcess {

    @Override
    public Process start() throws IOException {
        return jail.exec(check.command(), definition.environment(), definition.workdir());
    }

    @Override
    public void kill(Process process) {
        jail.signalGroup(process, "KILL");
        process.destroyForcibly();
    }
}
