package io.muster.remote.tls;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/** Refuses nothing and keeps what was shown: for one look at a certificate, on a connection over which nothing is sent. */
final class KeepingTrust extends X509ExtendedTrustManager {

    private volatile X509Certificate[] chain;
    private volatile String authType = "UNKNOWN";

    Optional<X509Certificate[]> chain() {
        return Optional.ofNullable(chain);
    }

    String authType() {
        return authType;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] shown, String type) {
        authType = type;
        chain = shown.clone();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] shown, String type, Socket socket) {
        checkServerTrusted(shown, type);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] shown, String type, SSLEngine engine) {
        checkServerTrusted(shown, type);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] shown, String type) throws CertificateException {
        throw new CertificateException("This is no server");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] shown, String type, Socket socket) throws CertificateException {
        throw new CertificateException("This is no server");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] shown, String type, SSLEngine engine) throws CertificateException {
        throw new CertificateException("This is no server");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
