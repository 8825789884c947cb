package io.muster.remote.tls;

import io.muster.inventory.Inventory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whose certificates are accepted.
 *
 * @param authorities whether the JDK's own authorities are among them
 * @param pem PEM texts, each with one certificate or more
 * @param fingerprint of the one certificate that is accepted, and no other
 */
public record Trust(boolean authorities, List<String> pem, Optional<String> fingerprint) {

    public Trust {
        pem = List.copyOf(pem);
    }

    public Trust(boolean authorities, List<String> pem) {
        this(authorities, pem, Optional.empty());
    }

    /** One certificate, whoever issued it and whatever it is for: SHA-256 of it, as bytes in hex with or without colons. */
    public static Trust pinned(String fingerprint) {
        return new Trust(false, List.of(), Optional.of(fingerprint));
    }

    /** The JDK's authorities and the environment's own. */
    public static Trust of(Inventory.Environment environment) {
        return new Trust(true, environment.trust());
    }

    /** These and nothing else; the environment's trust where there are none. */
    public static Trust onlyOr(List<String> pem, Inventory.Environment environment) {
        return pem.isEmpty() ? of(environment) : new Trust(false, pem);
    }

    /** These as well. */
    public Trust and(List<String> more) {
        List<String> all = new ArrayList<>(pem);
        all.addAll(more);
        return new Trust(authorities, all, fingerprint);
    }
}
