package io.muster.engine;

/** The server cannot start with the accounts that are there, or are not. Shown without a stack trace. */
final class AccountsRefused extends RuntimeException {

    private final String action;

    AccountsRefused(String description, String action) {
        super(description);
        this.action = action;
    }

    String action() {
        return action;
    }
}
