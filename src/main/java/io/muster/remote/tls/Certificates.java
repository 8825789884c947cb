package io.muster.remote.tls;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** What the JDK's classes leave to be done with certificates. */
final class Certificates {

    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;

    static List<X509Certificate> read(String pem) throws CertificateException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        return factory.generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII))).stream()
                .map(X509Certificate.class::cast)
                .toList();
    }

    /** The JDK's own judgement of chains, over a set of authorities that may be empty. */
    static X509ExtendedTrustManager manager(Trust trust) throws GeneralSecurityException, java.io.IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        int number = 0;
        if (trust.authorities()) {
            for (X509Certificate authority : manager((KeyStore) null).getAcceptedIssuers()) {
                store.setCertificateEntry("jdk-" + number++, authority);
            }
        }
        for (String pem : trust.pem()) {
            for (X509Certificate certificate : read(pem)) {
                store.setCertificateEntry("own-" + number++, certificate);
            }
        }
        return manager(store);
    }

    private static X509ExtendedTrustManager manager(KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        return Arrays.stream(factory.getTrustManagers())
                .filter(X509ExtendedTrustManager.class::isInstance)
                .map(X509ExtendedTrustManager.class::cast)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("The JDK has no trust manager for X.509: "
                        + Arrays.toString(Arrays.stream(factory.getTrustManagers())
                                .map(TrustManager::getClass)
                                .toArray())));
    }

    /** DNS names and addresses that a certificate is for. */
    static List<String> names(X509Certificate certificate) {
        try {
            return Optional.ofNullable(certificate.getSubjectAlternativeNames()).stream()
                    .flatMap(Collection::stream)
                    .filter(entry ->
                            entry.get(0).equals(DNS_NAME) || entry.get(0).equals(IP_ADDRESS))
                    .map(entry -> entry.get(1).toString())
                    .toList();
        } catch (CertificateParsingException e) {
            return List.of();
        }
    }

    static String sha256(X509Certificate certificate) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("A certificate that was read cannot be encoded", e);
        }
    }

    private Certificates() {}
}
