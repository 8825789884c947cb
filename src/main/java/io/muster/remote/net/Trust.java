package io.muster.remote.net;

import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Whose certificates are believed.
 *
 * @param pem certificates, of authorities or of servers themselves
 * @param beside whether the JDK's authorities are believed as well
 */
public record Trust(List<String> pem, boolean beside) {

    /** These and the JDK's. */
    public static Trust beside(List<String> pem) {
        return new Trust(List.copyOf(pem), true);
    }

    /** These and no other; the JDK's where there are none. */
    public static Trust only(List<String> pem) {
        return new Trust(List.copyOf(pem), pem.isEmpty());
    }

    public Trust and(List<String> more) {
        List<String> all = new ArrayList<>(pem);
        all.addAll(more);
        return new Trust(List.copyOf(all), beside);
    }

    /** @throws StepFailure CertificateUntrusted when a certificate of the inventory cannot be read */
    public SSLContext context(Optional<ClientKey> key) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            TrustManager[] managers = {new ExplainingTrustManager(manager())};
            context.init(key.map(ClientKey::managers).orElse(null), managers, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    X509ExtendedTrustManager manager() {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int number = 0;
            for (X509Certificate certificate : anchors()) {
                store.setCertificateEntry("anchor-" + number++, certificate);
            }
            return manager(store);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<X509Certificate> anchors() {
        List<X509Certificate> anchors = new ArrayList<>(beside ? Jdk.ANCHORS : List.of());
        for (String text : pem) {
            try {
                anchors.addAll(Pem.certificates(text));
            } catch (IllegalArgumentException e) {
                throw new StepFailure.Fatal(
                        Reason.CERTIFICATE_UNTRUSTED,
                        "A certificate under `trust` in the inventory cannot be used: " + e.getMessage()
                                + "; put PEM files of certificates there.",
                        e);
            }
        }
        return anchors;
    }

    private static X509ExtendedTrustManager manager(KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        return Arrays.stream(factory.getTrustManagers())
                .filter(X509ExtendedTrustManager.class::isInstance)
                .map(X509ExtendedTrustManager.class::cast)
                .findFirst()
                .orElseThrow();
    }

    /** Read once: there are about 150 of them. */
    private static final class Jdk {
        static final List<X509Certificate> ANCHORS = load();

        private static List<X509Certificate> load() {
            try {
                return List.of(manager(null).getAcceptedIssuers());
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
