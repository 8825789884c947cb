package io.muster.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.muster.inventory.SecretRef;
import io.muster.inventory.Secrets;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SecretValuesTest {

    private final Secrets secrets = new Secrets() {
        @Override
        public String resolve(SecretRef ref) {
            if (ref.name().equals("known")) {
                return "value";
            }
            throw new SecretMissing(ref, "Nothing defines " + ref + ".");
        }

        @Override
        public Set<String> known() {
            return Set.of("value");
        }
    };

    @Test
    void aReferenceIsResolved() {
        assertThat(SecretValues.resolve(secrets, "TOKEN", "secret:known")).isEqualTo("value");
    }

    @Test
    void aMissingSecretIsAFailureWithItsName() {
        StepFailure failure =
                catchThrowableOfType(StepFailure.class, () -> SecretValues.resolve(secrets, "TOKEN", "secret:unknown"));
        assertThat(failure.reason()).isEqualTo(Reason.SECRET_MISSING);
        assertThat(failure).hasMessage("TOKEN cannot be resolved: Nothing defines secret:unknown.");
    }

    @Test
    void aValueInPlaceOfAReferenceIsNotShown() {
        StepFailure failure =
                catchThrowableOfType(StepFailure.class, () -> SecretValues.resolve(secrets, "TOKEN", "hunter2"));
        assertThat(failure.reason()).isEqualTo(Reason.INVALID_INPUT);
        assertThat(failure.getMessage()).contains("TOKEN must be a reference").doesNotContain("hunter2");
    }
}
