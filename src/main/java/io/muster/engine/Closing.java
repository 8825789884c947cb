package io.muster.engine;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a step wants to do when its attempt is over: told whether its end was recorded. Thread-safe. */
final class Closing implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Closing.class);

    private final Deque<Consumer<Boolean>> actions = new ArrayDeque<>();

    synchronized void then(Consumer<Boolean> action) {
        actions.add(action);
    }

    void recorded() {
        run(true);
    }

    /** Whoever was not told yet learns that nothing was recorded. */
    @Override
    public void close() {
        run(false);
    }

    private synchronized void run(boolean recorded) {
        while (!actions.isEmpty()) {
            try {
                actions.remove().accept(recorded);
            } catch (RuntimeException e) {
                LOG.warn("Cleaning up behind a step failed; what it left is swept later", e);
            }
        }
    }
}
