package io.muster.remote.ssh;

/** What an exception says, where the outermost one says nothing. */
final class Causes {

    static String text(Throwable error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause.getMessage() != null && !cause.getMessage().isBlank()) {
                return cause.getMessage().strip();
            }
        }
        return error.getClass().getSimpleName();
    }

    private Causes() {}
}
