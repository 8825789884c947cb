package io.muster.remote.proxmox;

import io.muster.step.StepFailure;

/** Says more with a failure, and leaves its kind and reason. */
final class Failures {

    static StepFailure withText(StepFailure failure, String text) {
        return switch (failure.kind()) {
            case REJECTED -> new StepFailure.Rejected(failure.reason(), text, failure);
            case TRANSIENT -> new StepFailure.Transient(failure.reason(), text, failure);
            case FATAL -> new StepFailure.Fatal(failure.reason(), text, failure);
        };
    }

    private Failures() {}
}
