package io.muster.steps;

import io.muster.remote.DurableCommands;
import io.muster.step.StepContext;
import java.util.Optional;
import java.util.function.Consumer;

/** What is remembered of a step's remote command: effects of its journal entry. */
public final class StepLedger implements DurableCommands.Ledger {

    private static final String AS_ROOT = "root ";
    private static final String AS_USER = "user ";

    private final StepContext context;
    private final String host;
    private final String as;

    public StepLedger(StepContext context, String host, boolean sudo) {
        this.context = context;
        this.host = host;
        this.as = sudo ? AS_ROOT : AS_USER;
    }

    @Override
    public Optional<String> recorded() {
        return last(context).map(left -> left.handle());
    }

    @Override
    public void record(String event, String handle) {
        context.effect(event, host, as + handle);
    }

    @Override
    public void whenClosed(Consumer<Boolean> then) {
        context.whenClosed(then);
    }

    @Override
    public void forgotten() {
        context.nothingLeft();
    }

    /** The remote command that an attempt recorded last, if any. */
    public static Optional<Left> last(StepContext context) {
        return context.recorded().stream()
                .filter(effect -> effect.handle().isPresent())
                .reduce((first, second) -> second)
                .map(effect -> {
                    String handle = effect.handle().orElseThrow();
                    return new Left(effect.target(), handle.startsWith(AS_ROOT), handle.substring(AS_ROOT.length()));
                });
    }

    /** A command on a host, and how it is found there. */
    public record Left(String host, boolean sudo, String handle) {}
}
