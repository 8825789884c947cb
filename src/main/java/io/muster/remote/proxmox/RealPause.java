package io.muster.remote.proxmox;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

/** Real time; cut short when the server stops. */
@Component
final class RealPause implements Pause, DisposableBean {

    private final CountDownLatch stopping = new CountDownLatch(1);

    @Override
    public void pause(Duration duration) throws InterruptedException {
        if (stopping.await(duration.toNanos(), TimeUnit.NANOSECONDS)) {
            throw new InterruptedException("The server is stopping");
        }
    }

    @Override
    public void destroy() {
        stopping.countDown();
    }
}
