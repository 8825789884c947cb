package io.muster.remote.ssh;

import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.util.Base64;
import java.util.List;
import net.schmizz.sshj.common.Buffer;
import net.schmizz.sshj.common.KeyType;

/** A public key as OpenSSH writes it: type and base64. */
record PublicKeyLine(String type, String blob) {

    /** @param where the key in the inventory that it stands under */
    static PublicKeyLine parse(Route route, String where, String line) {
        String[] parts = line.strip().split("\\s+");
        if (parts.length < 2) {
            throw unusable(route, where, line, null);
        }
        try {
            return of(parts[0], Base64.getDecoder().decode(parts[1]));
        } catch (IllegalArgumentException e) {
            throw unusable(route, where, line, e);
        }
    }

    static PublicKeyLine of(PublicKey key) {
        return of(
                KeyType.fromKey(key).toString(),
                new Buffer.PlainBuffer().putPublicKey(key).getCompactData());
    }

    static PublicKeyLine of(String type, byte[] blob) {
        return new PublicKeyLine(type, Base64.getEncoder().encodeToString(blob));
    }

    private static StepFailure unusable(Route route, String where, String line, Throwable cause) {
        return new StepFailure.Fatal(
                Reason.HOST_KEY_MISMATCH,
                "The key that the inventory pins for " + route
                        + " is not in OpenSSH format (`ssh-ed25519 AAAA…`): `" + line + "`; correct `" + where + "` of "
                        + route.host() + ".",
                cause);
    }

    /** The names under which a server can prove that it has this key. */
    List<String> algorithms() {
        return type.equals("ssh-rsa") ? List.of("rsa-sha2-512", "rsa-sha2-256", "ssh-rsa") : List.of(type);
    }

    /** As {@code ssh-keygen -l} shows it. */
    @Override
    public String toString() {
        byte[] digest = sha256(Base64.getDecoder().decode(blob));
        return type + " SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(digest);
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
