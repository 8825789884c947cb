package io.muster.steps.target;

import io.muster.step.StepFailure;

/**
 * What one check of a target found.
 *
 * @param target {@code host apps-01}
 * @param advice what to do; empty where all is well
 */
public record Finding(String target, String check, boolean ok, String found, String wanted, String advice) {

    static Finding good(String target, String check, String found, String wanted) {
        return new Finding(target, check, true, found, wanted, "");
    }

    static Finding bad(String target, String check, String found, String wanted, String advice) {
        return new Finding(target, check, false, found, wanted, advice);
    }

    /** A failure's message says what to do itself. */
    static Finding failed(String target, String check, String wanted, StepFailure failure) {
        return bad(target, check, failure.reason(), wanted, failure.getMessage());
    }
}
