package io.muster.remote.ssh;

import io.muster.remote.SshHosts;
import io.muster.remote.SshPipes;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

@Component
final class PooledSshPipes implements SshPipes, DisposableBean {

    private static final int ENDED_EARLY = -1;

    private final RemoteScripts scripts;
    private final ExecutorService readers = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "ssh-pipe");
        thread.setDaemon(true);
        return thread;
    });

    PooledSshPipes(RemoteScripts scripts) {
        this.scripts = scripts;
    }

    @Override
    public Piped pipe(End from, End to, long most, Duration timeout, BooleanSupplier cancelled) {
        ByteBridge bridge = new ByteBridge(most);
        RemoteScripts.Watch watch = RemoteScripts.Watch.total(timeout, cancelled);
        Future<Integer> writing = readers.submit(() -> {
            try {
                return run(from, Optional.empty(), new Passing(bridge, from.words()), watch);
            } catch (ByteBridge.ReaderGone e) {
                return ENDED_EARLY;
            } finally {
                bridge.end();
            }
        });
        int reader;
        try {
            reader = run(to, Optional.of(bridge.input()), to.words(), watch);
        } catch (RuntimeException e) {
            bridge.gone();
            throw worse(e, writing);
        }
        bridge.gone();
        int writer = await(writing);
        return new Piped(bridge.bytes(), bridge.sha256(), writer, reader);
    }

    private int run(End end, Optional<java.io.InputStream> input, SshHosts.Output output, RemoteScripts.Watch watch) {
        return scripts.run(
                end.target().environment(),
                Route.to(end.target()),
                new ShellScript(end.script(), end.env(), true, input),
                output,
                watch);
    }

    /** What the writer complains about explains more, unless it was only told to stop. */
    private static RuntimeException worse(RuntimeException reader, Future<Integer> writing) {
        try {
            await(writing);
        } catch (StepFailure e) {
            if (!e.reason().equals(Reason.CANCELLED) && !e.reason().equals(Reason.TIMED_OUT)) {
                e.addSuppressed(reader);
                return e;
            }
        }
        return reader;
    }

    private static int await(Future<Integer> writing) {
        try {
            return writing.get();
        } catch (InterruptedException e) {
            writing.cancel(true);
            Thread.currentThread().interrupt();
            throw new StepFailure.Fatal(Reason.CANCELLED, "This server is stopping; the stream was ended.", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    @Override
    public void destroy() {
        readers.shutdownNow();
    }

    /** What the one script writes is what the other reads; what it complains about is not. */
    private record Passing(ByteBridge bridge, SshHosts.Output words) implements SshHosts.Output {
        @Override
        public void out(byte[] bytes, int offset, int length) {
            bridge.write(bytes, offset, length);
        }

        @Override
        public void err(byte[] bytes, int offset, int length) {
            words.err(bytes, offset, length);
        }
    }
}
