package io.muster.inventory;

import java.util.Set;

/** Resolves secret references from the environment and from files in {@code MUSTER_SECRETS_DIR}. */
public interface Secrets {

    /**
     * The value, without a trailing line break.
     *
     * @throws SecretMissing when nothing defines it; the message names both places that were looked in
     */
    String resolve(SecretRef ref);

    /** Every value that was resolved since start (and its base64 and URL-encoded forms), for masking. Never log it. */
    Set<String> known();

    /** Resolves what steps have used on any server, so that it is known here too. */
    default void recall() {}

    /** A reference that nothing defines. */
    final class SecretMissing extends RuntimeException {
        private final SecretRef ref;

        public SecretMissing(SecretRef ref, String message) {
            super(message);
            this.ref = ref;
        }

        public SecretRef ref() {
            return ref;
        }
    }
}
