package io.muster.sandbox.docker;

/** A call that the engine refuses, with the HTTP status and the text of the real engine. */
final class EngineException extends RuntimeException {
    private final int status;

    EngineException(int status, String message) {
        super(message);
        this.status = status;
    }

    EngineException(int status, String message, Throwable cause) {
        super(message, cause);
        this.status = status;
    }

    static EngineException badRequest(String message) {
        return new EngineException(400, message);
    }

    static EngineException notFound(String message) {
        return new EngineException(404, message);
    }

    static EngineException conflict(String message) {
        return new EngineException(409, message);
    }

    int status() {
        return status;
    }
}
