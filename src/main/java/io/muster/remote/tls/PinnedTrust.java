package io.muster.remote.tls;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Locale;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/** Accepts one certificate, which is known by its fingerprint, and no other. */
final class PinnedTrust extends X509ExtendedTrustManager {

    private final String pinned;

    PinnedTrust(String fingerprint) {
        this.pinned = fingerprint.replace(":", "").toLowerCase(Locale.ROOT);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        String shown = Certificates.sha256(chain[0]);
        if (!shown.equals(pinned)) {
            throw new CertificateRefused("the certificate shown (subject " + chain[0].getSubjectX500Principal()
                    + ", issuer " + chain[0].getIssuerX500Principal() + ") has the fingerprint " + colons(shown)
                    + ", not the pinned " + colons(pinned)
                    + "; if it was renewed, compare it on the server and correct `fingerprint` in the inventory");
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        checkServerTrusted(chain, authType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        checkServerTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("This is no server");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        checkClientTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        checkClientTrusted(chain, authType);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }

    private static String colons(String hex) {
        return hex.toUpperCase(Locale.ROOT).replaceAll("(..)(?=.)", "$1:");
    }
}
