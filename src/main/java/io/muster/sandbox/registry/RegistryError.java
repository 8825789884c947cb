package io.muster.sandbox.registry;

/** An error as the registry API's specification names it. */
final class RegistryError extends Exception {
    private final int status;
    private final String code;
    private final transient Object detail;

    RegistryError(int status, String code, String message, Object detail) {
        super(message);
        this.status = status;
        this.code = code;
        this.detail = detail;
    }

    int status() {
        return status;
    }

    String code() {
        return code;
    }

    Object detail() {
        return detail;
    }
}
