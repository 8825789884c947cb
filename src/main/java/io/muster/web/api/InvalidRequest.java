package io.muster.web.api;

/** A parameter that cannot be used; the message says which and what is allowed. */
final class InvalidRequest extends RuntimeException {
    InvalidRequest(String message) {
        super(message);
    }
}
