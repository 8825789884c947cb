package io.muster.web.api;

/** What was asked for does not go with the state things are in. */
final class Conflict extends RuntimeException {
    Conflict(String message) {
        super(message);
    }
}
