package io.muster.remote.net;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.concurrent.ThreadLocalRandom;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;

/** A certificate authority of a test. */
public final class TestAuthority {

    private final KeyPair pair = pair();
    private final X500Name name;
    private final X509Certificate certificate;

    public TestAuthority(String commonName) {
        name = new X500Name("CN=" + commonName);
        certificate = issue(pair, name, true, Instant.now().plus(Duration.ofDays(30)));
    }

    /** A certificate with its key. */
    public record Identity(KeyPair pair, X509Certificate certificate) {
        public String certificatePem() {
            return pem(certificate);
        }

        public String keyPem() {
            return pem(new PemObject("PRIVATE KEY", pair.getPrivate().getEncoded()));
        }
    }

    public String pem() {
        return pem(certificate);
    }

    /** @param names DNS names and addresses; the first is the common name as well */
    public Identity identity(String... names) {
        return identity(Duration.ofDays(7), names);
    }

    public Identity identity(Duration valid, String... names) {
        KeyPair own = pair();
        X500Name subject = new X500Name("CN=" + names[0]);
        return new Identity(own, issue(own, subject, false, Instant.now().plus(valid), names));
    }

    /** For a server that shows the identity; asks for client certificates of this authority where the server wants them. */
    public SSLContext server(Identity identity) {
        try {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(null, null);
            keys.setKeyEntry(
                    "server", identity.pair().getPrivate(), new char[0], new X509Certificate[] {identity.certificate()
                    });
            keys.setCertificateEntry("authority", certificate);
            KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(keys, new char[0]);
            TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(keys);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(managers.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private X509Certificate issue(KeyPair own, X500Name subject, boolean authority, Instant end, String... names) {
        try {
            X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    name,
                    BigInteger.valueOf(ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE)),
                    Date.from(Instant.now().minus(Duration.ofDays(10))),
                    Date.from(end),
                    subject,
                    own.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            if (names.length > 0) {
                GeneralName[] all = Arrays.stream(names)
                        .map(one -> new GeneralName(
                                one.matches("[0-9.]+") ? GeneralName.iPAddress : GeneralName.dNSName, one))
                        .toArray(GeneralName[]::new);
                builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(all));
            }
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate())));
        } catch (OperatorCreationException | GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyPair pair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String pem(Object object) {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(object);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return text.toString();
    }
}
