package io.muster.remote;

import io.muster.inventory.Inventory;
import java.util.Optional;

/** The public keys that a host must let in, so that Muster can log in there. */
public interface LoginKeys {

    /**
     * The public half of the host's {@code private-key}, in OpenSSH's format and without comment.
     *
     * @return empty where the inventory gives no private key: an agent or a password logs in
     * @throws io.muster.step.StepFailure Fatal SecretMissing, or AuthenticationFailed when the key cannot be read
     */
    Optional<String> of(Inventory.Host host);
}
