package io.muster.sandbox.ca;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;

/** A certificate with its private key and the authority's certificate that signed it. */
public record Identity(X509Certificate certificate, PrivateKey key, X509Certificate issuer) {

    /** The certificate followed by the authority's, as servers present it. */
    public String certificatePem() {
        return Pem.certificate(certificate) + Pem.certificate(issuer);
    }

    /** The private key as unencrypted PKCS #8: a secret. */
    public String keyPem() {
        return Pem.privateKey(key);
    }

    X509Certificate[] chain() {
        return new X509Certificate[] {certificate, issuer};
    }

    /** Without the key, so that it cannot reach a log. */
    @Override
    public String toString() {
        return "Identity[" + certificate.getSubjectX500Principal().getName() + " until " + certificate.getNotAfter()
                + "]";
    }
}
