package io.muster.sandbox.docker;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PortForwardTest {

    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    @Test
    void aPortIsFreeAsSoonAsItIsClosed() throws Exception {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        InetSocketAddress nobody = new InetSocketAddress(loopback, 1);
        int port;
        try (PortForward first = new PortForward(loopback, 0, nobody, threads)) {
            port = first.port();
        }
        for (int i = 0; i < 2_000; i++) {
            assertThatCode(() -> new PortForward(loopback, port, nobody, threads).close())
                    .as("opened again, time " + i)
                    .doesNotThrowAnyException();
        }
    }
}
