package io.muster.remote.tls;

import java.security.cert.CertificateException;
import java.util.Optional;

/** A server's certificate was not accepted; the message says which, for which name, and all reasons. */
public final class CertificateRefused extends CertificateException {

    CertificateRefused(String message) {
        super(message);
    }

    /** The refusal behind a failed handshake, if it was one. */
    public static Optional<CertificateRefused> in(Throwable error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateRefused refused) {
                return Optional.of(refused);
            }
        }
        return Optional.empty();
    }
}
