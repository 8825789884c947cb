package io.muster.remote.tls;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedTrustManager;

/** The JDK's judgement of a chain and the check of the server's name in one place, so that a refusal can say everything. */
final class ExplainingTrust extends X509ExtendedTrustManager {

    private final X509ExtendedTrustManager jdk;
    private final CertificateJudge judge;

    ExplainingTrust(X509ExtendedTrustManager jdk, CertificateJudge judge) {
        this.jdk = jdk;
        this.judge = judge;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        SSLSession session = ((SSLSocket) socket).getHandshakeSession();
        require(chain, session, () -> jdk.checkServerTrusted(chain, authType, socket));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        require(chain, engine.getHandshakeSession(), () -> jdk.checkServerTrusted(chain, authType, engine));
    }

    private void require(X509Certificate[] chain, SSLSession session, CertificateJudge.ChainCheck check)
            throws CertificateException {
        String host = session == null ? null : session.getPeerHost();
        if (host == null) {
            throw new CertificateException("The name that the certificate must be for is not known");
        }
        List<String> wrong = new ArrayList<>();
        judge.distrust(chain, check).ifPresent(wrong::add);
        if (!judge.nameMatches(chain[0], host)) {
            wrong.add(CertificateJudge.forNames(chain[0]) + ", not for " + CertificateJudge.bare(host));
        }
        if (!wrong.isEmpty()) {
            throw new CertificateRefused("the certificate shown for " + CertificateJudge.bare(host) + " (subject "
                    + chain[0].getSubjectX500Principal() + ", issuer " + chain[0].getIssuerX500Principal()
                    + ") is not accepted: " + String.join("; ", wrong));
        }
    }

    /** Without a connection there is no name to check. */
    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("The name that the certificate must be for is not known");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        jdk.checkClientTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        jdk.checkClientTrusted(chain, authType, socket);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        jdk.checkClientTrusted(chain, authType, engine);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return jdk.getAcceptedIssuers();
    }
}
