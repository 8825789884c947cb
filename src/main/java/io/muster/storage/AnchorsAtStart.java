package io.muster.storage;

import io.muster.journal.Anchoring;
import io.muster.journal.AuditAnchors.Anchor;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Before anything runs: does the database have what was anchored outside it? A database that was put back without saying
 * so would do again what was done since.
 */
final class AnchorsAtStart implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(AnchorsAtStart.class);

    // Before runbooks are deployed and recovery mode is entered.
    private static final int PHASE = -100;

    private final Anchoring anchoring;
    private final Path file;
    private final String database;
    private final boolean recovery;
    private volatile boolean running;

    AnchorsAtStart(Anchoring anchoring, Path file, String database, boolean recovery) {
        this.anchoring = anchoring;
        this.file = file;
        this.database = database;
        this.recovery = recovery;
    }

    @Override
    public void start() {
        running = true;
        List<Anchor> missing = anchoring.unexplained();
        if (missing.isEmpty()) {
            return;
        }
        Anchor oldest = missing.get(0);
        String what = "The database " + database + " lacks audit events that were anchored in " + file + ": of "
                + missing.size() + (missing.size() == 1 ? " run" : " runs") + ", the oldest of run "
                + oldest.head().rootRunId() + " (event " + oldest.head().seq() + ", anchored at " + oldest.at() + ")";
        if (!recovery) {
            throw new StartupRefused(
                    what + ". It was restored from a backup, or events were removed or rewritten.",
                    "If you restored it, start with --recovery: unfinished runs then wait for your decision (docs/production.md)."
                            + " If you did not, change nothing and run `java -jar muster.jar audit verify`. For a new"
                            + " database on purpose, move that file away.");
        }
        LOG.warn("{}", what);
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
