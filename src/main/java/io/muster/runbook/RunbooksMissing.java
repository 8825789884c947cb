package io.muster.runbook;

/** The folder that was named for runbooks holds none, or none that can be read. */
public final class RunbooksMissing extends RuntimeException {

    RunbooksMissing(String message, RuntimeException cause) {
        super(message, cause);
    }
}
