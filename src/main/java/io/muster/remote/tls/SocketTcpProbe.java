package io.muster.remote.tls;

import io.muster.inventory.Inventory;
import io.muster.remote.TcpProbe;
import io.muster.remote.tls.Connector.Deadline;
import java.time.Duration;
import org.springframework.stereotype.Component;

@Component
final class SocketTcpProbe implements TcpProbe {

    private final Connector connector;

    SocketTcpProbe(Connector connector) {
        this.connector = connector;
    }

    @Override
    public Duration connect(Inventory.Environment environment, String host, int port, Duration timeout) {
        Deadline deadline = Deadline.in(timeout);
        return connector.within(timeout, "Connecting to " + host + ":" + port, () -> {
            long started = System.nanoTime();
            connector.connect(environment, host, port, deadline).close();
            return Duration.ofNanos(System.nanoTime() - started);
        });
    }
}
