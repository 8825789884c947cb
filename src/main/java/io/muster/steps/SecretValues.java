package io.muster.steps;

import io.muster.inventory.SecretRef;
import io.muster.inventory.Secrets;
import io.muster.step.Reason;
import io.muster.step.StepFailure;

/** Secrets that a diagram refers to. */
public final class SecretValues {

    private SecretValues() {}

    /**
     * @param what names the input, for messages
     * @throws StepFailure InvalidInput when it is no reference (its text is in no message: it may be the secret itself),
     *     SecretMissing when nothing defines it
     */
    public static String resolve(Secrets secrets, String what, String reference) {
        return resolve(secrets, what, parse(what, reference));
    }

    /** As {@link #resolve(Secrets, String, String)}. */
    public static String resolve(Secrets secrets, String what, SecretRef reference) {
        try {
            return secrets.resolve(reference);
        } catch (Secrets.SecretMissing e) {
            throw new StepFailure.Fatal(Reason.SECRET_MISSING, what + " cannot be resolved: " + e.getMessage(), e);
        }
    }

    private static SecretRef parse(String what, String reference) {
        try {
            return SecretRef.parse(reference);
        } catch (IllegalArgumentException e) {
            throw new StepFailure.Rejected(
                    Reason.INVALID_INPUT, what + " must be a reference `secret:NAME`, not a value. " + e.getMessage());
        }
    }
}
