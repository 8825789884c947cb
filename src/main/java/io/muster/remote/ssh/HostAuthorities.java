package io.muster.remote.ssh;

import com.hierynomus.sshj.userauth.certificate.Certificate;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import net.schmizz.sshj.common.Buffer;
import net.schmizz.sshj.common.KeyType;
import net.schmizz.sshj.common.SSHRuntimeException;

/**
 * Judges host certificates as OpenSSH does behind {@code @cert-authority}, and stricter in one point: a certificate for
 * no name in particular is refused. sshj's own check is not enough: it takes user certificates too, and compares
 * principals with the address that a name was resolved to.
 */
final class HostAuthorities {

    /** In sshj's words; it does not know RSA certificates that are signed by SHA-2. */
    private static final List<String> ALGORITHMS = List.of(
            "ssh-ed25519-cert-v01@openssh.com",
            "ecdsa-sha2-nistp256-cert-v01@openssh.com",
            "ecdsa-sha2-nistp384-cert-v01@openssh.com",
            "ecdsa-sha2-nistp521-cert-v01@openssh.com");

    private static final long HOST_CERTIFICATE = 2;
    private static final String SHA1 = "ssh-rsa";

    private final Route route;
    private final Clock clock;
    private final List<PublicKeyLine> keys;

    HostAuthorities(Route route, Clock clock) {
        this.route = route;
        this.clock = clock;
        this.keys = route.ssh().hostAuthorities().stream()
                .map(line -> PublicKeyLine.parse(route, "host-authorities", line))
                .toList();
    }

    List<PublicKeyLine> keys() {
        return keys;
    }

    /** What a server is to be asked for. */
    List<String> algorithms() {
        return keys.isEmpty() ? List.of() : ALGORITHMS;
    }

    /** Why a certificate is not accepted, if so. */
    Optional<StepFailure> refusal(Certificate<?> certificate) {
        return problem(certificate)
                .map(problem -> new StepFailure.Fatal(
                        Reason.HOST_KEY_MISMATCH,
                        "Host certificate `" + certificate.getId() + "` of " + route + " is refused: " + problem
                                + ". Nothing was sent."));
    }

    private Optional<String> problem(Certificate<?> certificate) {
        PublicKeyLine signer = signer(certificate);
        if (!keys.contains(signer)) {
            String pinned = keys.isEmpty()
                    ? "pins no authority; add its key under `host-authorities` if it is yours"
                    : "pins " + keys.stream().map(PublicKeyLine::toString).collect(Collectors.joining(" and "));
            return Optional.of("it was signed by " + signer + ", and the inventory " + pinned);
        }
        if (certificate.getType() != HOST_CERTIFICATE) {
            return Optional.of(
                    "it is a certificate for users, not for hosts; sign the host's key with `ssh-keygen -h`");
        }
        return forSomebodyElse(certificate)
                .or(() -> outOfTime(certificate))
                .or(() -> options(certificate))
                .or(() -> forged(certificate));
    }

    private Optional<String> forSomebodyElse(Certificate<?> certificate) {
        List<String> principals = certificate.getValidPrincipals();
        boolean named = principals.stream().anyMatch(principal -> KeyType.CertUtils.matchPattern(wanted(), principal));
        String names = principals.isEmpty() ? "no name at all" : String.join(", ", principals);
        return named
                ? Optional.empty()
                : Optional.of("it is for " + names + ", and not for " + wanted()
                        + "; sign the host's key for that name (`ssh-keygen -n`), or give the right one as"
                        + " `host-principal` of " + route.host());
    }

    private String wanted() {
        return route.ssh().hostPrincipal().orElse(route.ssh().address());
    }

    private Optional<String> outOfTime(Certificate<?> certificate) {
        Instant now = clock.instant();
        Instant from = certificate.getValidAfter().toInstant();
        Instant to = certificate.getValidBefore().toInstant();
        if (now.isBefore(from)) {
            return Optional.of("it is valid from " + from + ", and it is " + now + "; compare the clocks");
        }
        return now.isBefore(to)
                ? Optional.empty()
                : Optional.of("it expired at " + to + ", and it is " + now + "; sign the host's key again");
    }

    private static Optional<String> options(Certificate<?> certificate) {
        return certificate.getCritOptions().isEmpty()
                ? Optional.empty()
                : Optional.of("it has critical options ("
                        + String.join(", ", certificate.getCritOptions().keySet()) + "), and none is known for hosts");
    }

    private Optional<String> forged(Certificate<?> certificate) {
        try {
            if (type(certificate.getSignature()).equals(SHA1)) {
                return Optional.of("it is signed with SHA-1; sign it with `-t rsa-sha2-512`");
            }
            byte[] signed = new Buffer.PlainBuffer().putPublicKey(certificate).getCompactData();
            return Optional.ofNullable(KeyType.CertUtils.verifyHostCertificate(signed, certificate, wanted()));
        } catch (Buffer.BufferException | SSHRuntimeException e) {
            return Optional.of("its signature cannot be checked (" + Causes.text(e) + ")");
        }
    }

    private static PublicKeyLine signer(Certificate<?> certificate) {
        try {
            return PublicKeyLine.of(type(certificate.getSignatureKey()), certificate.getSignatureKey());
        } catch (Buffer.BufferException e) {
            return PublicKeyLine.of("unreadable", certificate.getSignatureKey());
        }
    }

    private static String type(byte[] blob) throws Buffer.BufferException {
        return new Buffer.PlainBuffer(blob).readString();
    }
}
