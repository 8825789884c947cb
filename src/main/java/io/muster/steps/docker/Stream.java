package io.muster.steps.docker;

import com.github.dockerjava.api.async.ResultCallbackTemplate;
import io.muster.step.Reason;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * An answer that comes in pieces, awaited to its end while the step may still be cancelled. (docker-java's own waiting closes
 * the stream when the time of one wait is up, and then reports it as complete.)
 */
abstract class Stream<T> extends ResultCallbackTemplate<Stream<T>, T> {

    private static final Duration LOOK = Duration.ofMillis(200);

    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile Throwable error;

    @Override
    public void onError(Throwable throwable) {
        error = throwable;
        super.onError(throwable);
        ended.countDown();
    }

    @Override
    public void onComplete() {
        super.onComplete();
        ended.countDown();
    }

    /** Returns when the engine has ended its answer; throws what broke it, or why the step must not go on. */
    final void await(StepContext context) {
        try (this) {
            while (ended.getCount() > 0) {
                context.checkpoint();
                ended.await(LOOK.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StepFailure.Transient(Reason.CANCELLED, "The step's thread was interrupted.", e);
        } catch (IOException e) {
            throw new UncheckedIOException("closing the engine's answer", e);
        }
        if (error instanceof RuntimeException failure) {
            throw failure;
        }
        if (error != null) {
            throw new IllegalStateException(error);
        }
    }
}
