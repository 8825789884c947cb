package io.muster.remote;

import io.muster.inventory.Inventory;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** HTTP as an environment sees it: names through its resolver, certificates against its trust. Thread-safe. */
public interface HttpProbe {

    /**
     * Sends a request and reads at most {@code maxBytes} of the answer.
     *
     * @throws io.muster.step.StepFailure HostUnreachable, NameNotFound, CertificateUntrusted, TimedOut, ConnectionLost
     */
    Answer send(Inventory.Environment environment, Request request, Duration timeout, int maxBytes);

    record Request(String method, String url, Map<String, String> headers, Optional<String> body) {}

    /** @param reasonPhrase as sent, may be empty */
    record Answer(
            int status,
            String reasonPhrase,
            Map<String, String> headers,
            String body,
            boolean truncated,
            Duration took) {}
}
