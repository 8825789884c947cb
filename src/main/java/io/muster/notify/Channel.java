package io.muster.notify;

/** A way to reach people. Thread-safe. */
public interface Channel {

    /** Short and stable, one letter to eight. */
    String name();

    /** @throws NotSent when it is not known to have arrived */
    void send(Notification notification);

    /** The message names the channel and what to mend, and nothing secret. */
    final class NotSent extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NotSent(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
