package io.muster.remote;

import io.muster.inventory.Inventory;
import java.time.Duration;

/** Whether something accepts TCP connections, as an environment sees it. Thread-safe. */
public interface TcpProbe {

    /**
     * Connects, and closes again without sending anything.
     *
     * @param host name or address
     * @return how long connecting took, the look-up of the name included
     * @throws io.muster.step.StepFailure HostUnreachable, NameNotFound, TimedOut
     */
    Duration connect(Inventory.Environment environment, String host, int port, Duration timeout);
}
