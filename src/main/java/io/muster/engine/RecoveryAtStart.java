package io.muster.engine;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.env.Environment;

/** Enters recovery mode where it is asked for: when the runbooks are deployed, before the server listens and any job runs. */
final class RecoveryAtStart implements SmartLifecycle {

    static final String SETTING = "muster.recovery";

    private static final Logger LOG = LoggerFactory.getLogger(RecoveryAtStart.class);

    // Above the deployment of runbooks, which may make new timers; below the web server.
    private static final int PHASE = 100;

    private final Recovery recovery;
    private final boolean asked;
    private final String server;
    private volatile boolean running;

    RecoveryAtStart(Recovery recovery, Environment environment, String server) {
        this.recovery = recovery;
        this.asked = environment.getProperty(SETTING, Boolean.class, false);
        this.server = server;
    }

    @Override
    public void start() {
        running = true;
        if (asked) {
            recovery.enter(server);
        }
        recovery.ask();
        recovery.state()
                .ifPresentOrElse(
                        state -> LOG.warn(
                                """
                                Muster is in recovery mode since {}: nothing runs by itself, and no run can be started.
                                  {} unfinished runs wait for an operator, because effects of after the backup may have happened:
                                  each is a task in Tasklist (Decide after restore); or GET /api/recovery lists them, and
                                  POST /api/recovery/runs/<id>/resume or …/abort decides each.
                                """,
                                state.since(),
                                state.undecided()),
                        () -> {
                            if (asked) {
                                LOG.info("Recovery mode was asked for, and there is no unfinished run to decide");
                            }
                        });
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
