package io.muster.inventory;

import java.util.List;

/**
 * What the scratch container of a restore test is given.
 *
 * @param network of the engine; {@code none}: nothing is reached but itself
 * @param secretEnv names of the service's {@code secret-env} that it gets
 */
public record RestoreTestPlan(String network, List<String> secretEnv) {

    /** It reaches nothing that the service works with. */
    public static final String NO_NETWORK = "none";

    public static final RestoreTestPlan ALONE = new RestoreTestPlan(NO_NETWORK, List.of());

    public RestoreTestPlan {
        secretEnv = secretEnv == null ? List.of() : List.copyOf(secretEnv);
    }

    /** {@code without network and without secrets}. */
    public String inWords() {
        return (network.equals(NO_NETWORK) ? "without network" : "on network " + network) + " and "
                + (secretEnv.isEmpty() ? "without secrets" : "with the secrets of " + String.join(", ", secretEnv));
    }
}
