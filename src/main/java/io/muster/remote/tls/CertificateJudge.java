package io.muster.remote.tls;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.ssl.DefaultHostnameVerifier;

/** Says of a certificate why it is not accepted: all that is wrong with it, for the person who must mend it. */
final class CertificateJudge {

    private static final DefaultHostnameVerifier NAMES = new DefaultHostnameVerifier();

    private final Clock clock;

    CertificateJudge(Clock clock) {
        this.clock = clock;
    }

    /** A check of the chain by the JDK, which throws what it finds wrong. */
    interface ChainCheck {
        void check() throws CertificateException;
    }

    /** Why the chain is not trusted now; empty when it is. */
    Optional<String> distrust(X509Certificate[] chain, ChainCheck check) {
        List<String> wrong = new ArrayList<>();
        for (X509Certificate certificate : chain) {
            outOfTime(certificate, certificate == chain[0]).ifPresent(wrong::add);
        }
        try {
            check.check();
        } catch (CertificateException e) {
            if (wrong.isEmpty()) {
                wrong.add(reason(chain, e));
            }
        }
        return wrong.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", wrong));
    }

    boolean nameMatches(X509Certificate own, String name) {
        try {
            NAMES.verify(bare(name), own);
            return true;
        } catch (SSLException e) {
            return false;
        }
    }

    static String forNames(X509Certificate own) {
        List<String> names = Certificates.names(own);
        return names.isEmpty() ? "it names no host" : "it is for " + String.join(", ", names);
    }

    static String bare(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    private Optional<String> outOfTime(X509Certificate certificate, boolean own) {
        Instant now = clock.instant();
        Instant from = certificate.getNotBefore().toInstant();
        Instant until = certificate.getNotAfter().toInstant();
        String which = own ? "it" : "the authority " + certificate.getSubjectX500Principal();
        if (now.isAfter(until)) {
            return Optional.of(which + " is expired since " + until);
        }
        return now.isBefore(from) ? Optional.of(which + " is not valid before " + from) : Optional.empty();
    }

    private static String reason(X509Certificate[] chain, CertificateException e) {
        String said = String.valueOf(e.getMessage());
        String authority = "the authority " + chain[chain.length - 1].getIssuerX500Principal() + " is unknown";
        if (said.contains("unable to find valid certification path") || said.contains("No trusted certificate")) {
            return authority;
        }
        if (said.contains("signature check failed")) {
            return authority + " (one of that name is trusted, but it has another key)";
        }
        return "the chain is not valid: " + said;
    }
}
