package io.muster.remote.ssh;

import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the last attachment open until the command's result is recorded, then tells the target over it to forget the
 * command. Where that cannot be said any more the directory stays, for the sweeper.
 */
final class Farewell {

    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(10);

    private static final Logger LOG = LoggerFactory.getLogger(Farewell.class);

    private final ExecutorService executor;
    private final Claim claim;
    private Optional<Line> line = Optional.empty();
    private boolean keep;

    Farewell(ExecutorService executor, Claim claim) {
        this.executor = executor;
        this.claim = claim;
    }

    void over(Line current) {
        line = Optional.of(current);
    }

    /** What has an unknown outcome stays on the target as it is: a person will look at it. */
    void keep() {
        keep = true;
    }

    void closed(boolean recorded) {
        line.ifPresent(open -> {
            boolean forget = recorded && !keep && !claim.contested();
            if (recorded && !keep) {
                open.conversation().say(forget ? "forget\n" : "over\n");
            }
            open.conversation().close();
            try {
                executor.execute(() -> close(open, forget));
            } catch (RejectedExecutionException stopping) {
                open.close();
            }
        });
        line = Optional.empty();
    }

    private void close(Line open, boolean forget) {
        long until = System.nanoTime() + (forget ? PATIENCE : 0);
        try (open) {
            boolean ended = open.execution().ended(1);
            while (!ended && System.nanoTime() < until) {
                ended = open.execution().ended(100);
            }
            // The follower's last act before it ends itself is to remove the directory; a lost connection has no
            // status.
            if (forget && ended && open.execution().status().isPresent()) {
                claim.forgotten();
            }
        } catch (RuntimeException e) {
            LOG.warn("What a command left is swept later", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
