package io.muster.storage;

/** The server cannot start as it is configured or where it is; nothing was changed. Shown without a stack trace. */
public final class StartupRefused extends RuntimeException {

    private final String action;

    /**
     * @param description what is wrong, on which object, in what state
     * @param action what to do
     */
    public StartupRefused(String description, String action) {
        this(description, action, null);
    }

    public StartupRefused(String description, String action, Throwable cause) {
        super(description, cause);
        this.action = action;
    }

    public String action() {
        return action;
    }
}
