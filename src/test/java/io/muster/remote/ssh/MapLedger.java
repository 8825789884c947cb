package io.muster.remote.ssh;

import io.muster.remote.DurableCommands;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A journal in memory, which outlives the servers of a test. */
final class MapLedger implements DurableCommands.Ledger {

    final List<String> handles = new CopyOnWriteArrayList<>();
    volatile boolean forgotten;
    private final List<Consumer<Boolean>> closing = new CopyOnWriteArrayList<>();

    @Override
    public Optional<String> recorded() {
        return handles.isEmpty() ? Optional.empty() : Optional.of(handles.get(handles.size() - 1));
    }

    @Override
    public void record(String event, String handle) {
        handles.add(handle);
    }

    @Override
    public void whenClosed(Consumer<Boolean> then) {
        closing.add(then);
    }

    @Override
    public void forgotten() {
        forgotten = true;
    }

    void close(boolean recorded) {
        closing.forEach(then -> then.accept(recorded));
        closing.clear();
    }
}
