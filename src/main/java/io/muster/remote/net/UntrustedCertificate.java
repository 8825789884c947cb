package io.muster.remote.net;

import java.security.cert.CertificateException;

/** A certificate that was refused; the message says which and why. */
final class UntrustedCertificate extends CertificateException {
    UntrustedCertificate(String message, CertificateException cause) {
        super(message, cause);
    }
}
