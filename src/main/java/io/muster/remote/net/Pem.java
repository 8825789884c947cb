package io.muster.remote.net;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;

/** Reads PEM. Messages never contain what was read. */
final class Pem {

    static List<X509Certificate> certificates(String pem) {
        byte[] bytes = pem.getBytes(StandardCharsets.US_ASCII);
        try {
            List<X509Certificate> found =
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(new ByteArrayInputStream(bytes))
                            .stream()
                            .map(X509Certificate.class::cast)
                            .toList();
            if (found.isEmpty()) {
                throw new IllegalArgumentException("there is no certificate in it");
            }
            return found;
        } catch (CertificateException e) {
            throw new IllegalArgumentException("it is not a PEM certificate: " + e.getMessage(), e);
        }
    }

    /** PKCS#8, PKCS#1 or SEC1, not encrypted. */
    static PrivateKey privateKey(String pem) {
        try (PEMParser parser = new PEMParser(new StringReader(pem))) {
            for (Object part = parser.readObject(); part != null; part = parser.readObject()) {
                if (part instanceof PrivateKeyInfo info) {
                    return key(info);
                }
                if (part instanceof PEMKeyPair pair) {
                    return key(pair.getPrivateKeyInfo());
                }
            }
            throw new IllegalArgumentException("there is no unencrypted PEM private key in it");
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            throw new IllegalArgumentException("it is not an unencrypted PEM private key (PKCS#8, PKCS#1 or SEC1)");
        }
    }

    private static PrivateKey key(PrivateKeyInfo info) throws IOException, GeneralSecurityException {
        ASN1ObjectIdentifier algorithm = info.getPrivateKeyAlgorithm().getAlgorithm();
        String name = "EdDSA";
        if (algorithm.equals(PKCSObjectIdentifiers.rsaEncryption)) {
            name = "RSA";
        } else if (algorithm.equals(X9ObjectIdentifiers.id_ecPublicKey)) {
            name = "EC";
        }
        return KeyFactory.getInstance(name).generatePrivate(new PKCS8EncodedKeySpec(info.getEncoded()));
    }

    private Pem() {}
}
