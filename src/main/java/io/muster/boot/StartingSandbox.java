package io.muster.boot;

import io.muster.sandbox.Sandbox;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.springframework.context.SmartLifecycle;

/** A sandbox that comes up beside the server; nothing else starts before it is there. */
final class StartingSandbox implements SmartLifecycle {

    private final CompletableFuture<Sandbox> sandbox;

    StartingSandbox(CompletableFuture<Sandbox> sandbox) {
        this.sandbox = sandbox;
    }

    @Override
    public void start() {
        try {
            sandbox.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException refused ? refused : e;
        }
    }

    /** It is closed as a bean, after all that may still talk to it. */
    @Override
    public void stop() {}

    @Override
    public boolean isRunning() {
        return sandbox.isDone() && !sandbox.isCompletedExceptionally();
    }

    @Override
    public int getPhase() {
        return Integer.MIN_VALUE;
    }

    /** Passes it on where it did not have to be waited for: a first start. */
    void ifThere(Consumer<Sandbox> action) {
        if (isRunning()) {
            action.accept(sandbox.join());
        }
    }

    void close() {
        sandbox.handle((started, failure) -> started).join();
        if (isRunning()) {
            sandbox.join().close();
        }
    }
}
