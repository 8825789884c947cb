package io.muster.sandbox.docker;

import java.io.IOException;
import java.io.OutputStream;
import java.util.function.BooleanSupplier;

/** Waits on behalf of a client, for as long as the client and the engine are there. */
final class Patience {
    private static final long POLL_MILLIS = 25;
    private static final long SIGN_NANOS = 5_000_000_000L;

    private final BooleanSupplier closing;

    Patience(BooleanSupplier closing) {
        this.closing = closing;
    }

    /**
     * @param sign what means nothing to the client; it is sent now and then, and fails when the client has gone
     * @throws IOException when the client has gone or the engine closes
     */
    void until(OutputStream client, byte[] sign, BooleanSupplier condition) throws IOException {
        long last = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (closing.getAsBoolean()) {
                throw new IOException("the engine closes");
            }
            try {
                Thread.sleep(POLL_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("the engine closes", e);
            }
            if (System.nanoTime() - last > SIGN_NANOS) {
                client.write(sign);
                client.flush();
                last = System.nanoTime();
            }
        }
    }
}
