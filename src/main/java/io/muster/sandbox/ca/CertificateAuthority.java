package io.muster.sandbox.ca;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import javax.net.ssl.SSLContext;
import org.bouncycastle.asn1.x509.KeyPurposeId;

/**
 * A certificate authority kept in a directory: {@code ca.pem} with {@code ca.key} (made once), and what it has issued in
 * {@code issued/}. An issued certificate is kept and given again until fewer than 30 days of it are left, its names have
 * changed or its root was replaced. Safe for use by several threads; one directory belongs to one process.
 */
public final class CertificateAuthority {
    private static final String ROOT = "ca";
    private static final Duration ROOT_LIFETIME = Duration.ofDays(3650);
    private static final Duration LIFETIME = Duration.ofDays(397);
    private static final Duration RENEWAL = Duration.ofDays(30);
    /** Certificates begin a little in the past, for clocks that go behind. */
    private static final Duration LEEWAY = Duration.ofMinutes(10);

    private final IdentityStore roots;
    private final IdentityStore issued;
    private final Clock clock;
    private final Identity root;

    private CertificateAuthority(Path directory, Clock clock) {
        this.roots = new IdentityStore(directory);
        this.issued = new IdentityStore(directory.resolve("issued"));
        this.clock = clock;
        this.root = loadOrMakeRoot();
    }

    /** Opens the authority of this directory; makes the directory and a root when there is none. */
    public static CertificateAuthority in(Path directory, Clock clock) {
        return new CertificateAuthority(directory, clock);
    }

    public X509Certificate certificate() {
        return root.certificate();
    }

    /** The root certificate, for those who shall trust it. */
    public String pem() {
        return Pem.certificate(root.certificate());
    }

    /** The file that holds {@link #pem()}. */
    public Path pemFile() {
        return roots.certificateFile(ROOT);
    }

    /** A certificate for a server: for its name and the alternatives, each a DNS name or an IP address. */
    public Identity server(String name, Collection<String> alternatives) {
        return cached("server-", name, withName(name, alternatives), KeyPurposeId.id_kp_serverAuth);
    }

    /** A certificate with which a client shows who it is. */
    public Identity client(String name) {
        return cached("client-", name, List.of(), KeyPurposeId.id_kp_clientAuth);
    }

    /** A new server certificate that ended a day ago, for tests and drills; it is not kept. */
    public Identity expiredServer(String name, Collection<String> alternatives) {
        Instant until = clock.instant().minus(Duration.ofDays(1));
        return Issuer.issue(
                root, name, withName(name, alternatives), KeyPurposeId.id_kp_serverAuth, until.minus(LIFETIME), until);
    }

    /** For a server that presents this identity to any client. */
    public SSLContext serverContext(Identity identity) {
        return TlsContexts.of(root.certificate(), identity);
    }

    /** For a server that presents this identity and refuses clients without a certificate of this authority. */
    public SSLContext mutualServerContext(Identity identity) {
        return new ClientCertificateRequired(serverContext(identity));
    }

    /** For a client that trusts this authority only and shows no certificate. */
    public SSLContext clientContext() {
        return TlsContexts.of(root.certificate());
    }

    /** For a client that trusts this authority only and shows this identity. */
    public SSLContext clientContext(Identity identity) {
        return TlsContexts.of(root.certificate(), identity);
    }

    private Identity loadOrMakeRoot() {
        return roots.read(ROOT)
                .map(stored -> new Identity(stored.certificate(), stored.key(), stored.certificate()))
                .orElseGet(this::makeRoot);
    }

    private Identity makeRoot() {
        Instant now = clock.instant();
        Identity made = Issuer.root("Muster sandbox CA", now.minus(LEEWAY), now.plus(ROOT_LIFETIME));
        roots.write(ROOT, Pem.certificate(made.certificate()), made.keyPem());
        return made;
    }

    private synchronized Identity cached(String prefix, String name, List<String> names, KeyPurposeId purpose) {
        String file = prefix + fileName(name);
        Optional<Identity> kept = issued.read(file)
                .filter(stored -> usable(stored.certificate(), names))
                .map(stored -> new Identity(stored.certificate(), stored.key(), root.certificate()));
        return kept.orElseGet(() -> {
            Instant now = clock.instant();
            Identity made = Issuer.issue(root, name, names, purpose, now.minus(LEEWAY), now.plus(LIFETIME));
            issued.write(file, made.certificatePem(), made.keyPem());
            return made;
        });
    }

    private boolean usable(X509Certificate certificate, List<String> names) {
        Instant renewal = certificate.getNotAfter().toInstant().minus(RENEWAL);
        return clock.instant().isBefore(renewal)
                && signedByRoot(certificate)
                && names(certificate).equals(Set.copyOf(names));
    }

    private boolean signedByRoot(X509Certificate certificate) {
        try {
            certificate.verify(root.certificate().getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static Set<String> names(X509Certificate certificate) {
        Set<String> names = new TreeSet<>();
        try {
            Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
            if (alternatives != null) {
                alternatives.forEach(entry -> names.add(String.valueOf(entry.get(1))));
            }
        } catch (CertificateParsingException e) {
            throw new IllegalStateException("A kept certificate has unreadable names: " + e.getMessage(), e);
        }
        return names;
    }

    private static List<String> withName(String name, Collection<String> alternatives) {
        Set<String> names = new LinkedHashSet<>();
        names.add(name);
        names.addAll(alternatives);
        return new ArrayList<>(names);
    }

    private static String fileName(String name) {
        return name.replaceAll("[^A-Za-z0-9._-]", "_");
    }
}
