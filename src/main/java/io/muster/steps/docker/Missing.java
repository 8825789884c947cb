package io.muster.steps.docker;

import io.muster.step.Reason;
import io.muster.step.StepFailure;

final class Missing {

    private Missing() {}

    static StepFailure container(String host, String name) {
        return new StepFailure.Rejected(
                Reason.NOT_FOUND,
                "There is no container " + name + " on " + host
                        + ". Look with `docker ps -a` there; deploy the service, or" + " mend the name.");
    }
}
