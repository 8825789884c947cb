package io.muster.cli;

/** Arguments that are not understood; the message says which and what is expected. */
final class UsageException extends RuntimeException {
    UsageException(String message) {
        super(message);
    }
}
