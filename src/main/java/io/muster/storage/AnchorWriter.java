package io.muster.storage;

import io.muster.journal.Anchoring;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** Anchors the ends of the audit chains regularly, and once more when the server stops. */
final class AnchorWriter implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(AnchorWriter.class);

    // After recovery mode is entered: only then may the restore be noted, or a start that failed in between would be
    // the
    // last to know of it. Before the web server.
    private static final int PHASE = 200;
    private static final int SECONDS = 10;

    private final Anchoring anchoring;
    private ScheduledExecutorService timer;

    AnchorWriter(Anchoring anchoring) {
        this.anchoring = anchoring;
    }

    @Override
    public synchronized void start() {
        if (!anchoring.unexplained().isEmpty()) {
            anchoring.acknowledgeRestore();
        }
        anchoring.write();
        timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "audit-anchors");
            thread.setDaemon(true);
            return thread;
        });
        timer.scheduleWithFixedDelay(this::write, SECONDS, SECONDS, TimeUnit.SECONDS);
    }

    private void write() {
        try {
            anchoring.write();
        } catch (RuntimeException e) {
            LOG.warn("The audit chains could not be anchored and are tried again: {}", e.getMessage());
        }
    }

    @Override
    public synchronized void stop() {
        timer.shutdownNow();
        write();
        timer = null;
    }

    @Override
    public synchronized boolean isRunning() {
        return timer != null;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
