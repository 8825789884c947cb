package io.muster.remote.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Clock;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.springframework.stereotype.Component;

/** TLS as a client that accepts what a {@link Trust} says, and checks the server's name. Thread-safe. */
@Component
public final class TlsContexts {

    private final CertificateJudge judge;

    TlsContexts(Clock clock) {
        this.judge = new CertificateJudge(clock);
    }

    /** A new context; a handshake that it refuses has a {@link CertificateRefused} among its causes. */
    public SSLContext context(Trust trust) {
        return trust.fingerprint()
                .map(fingerprint -> context(new PinnedTrust(fingerprint)))
                .orElseGet(() -> context(new ExplainingTrust(manager(trust), judge)));
    }

    CertificateJudge judge() {
        return judge;
    }

    static X509ExtendedTrustManager manager(Trust trust) {
        try {
            return Certificates.manager(trust);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("The trusted certificates cannot be used: " + e.getMessage(), e);
        }
    }

    static SSLContext context(TrustManager manager) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {manager}, null);
            // A resumed session shows no certificate: one that was replaced or has ended would go unnoticed.
            context.getClientSessionContext().setSessionTimeout(1);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("The JDK has no TLS: " + e.getMessage(), e);
        }
    }
}
