package io.muster.web.api;

/** The server could not write what it was to send; the message says where, and why. */
final class NotWritten extends RuntimeException {
    NotWritten(String message, Throwable cause) {
        super(message, cause);
    }
}
