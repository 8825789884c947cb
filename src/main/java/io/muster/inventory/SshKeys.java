package io.muster.inventory;

import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Optional;
import net.schmizz.sshj.common.Buffer;
import net.schmizz.sshj.common.KeyType;
import net.schmizz.sshj.common.SSHRuntimeException;

/** Public keys as OpenSSH writes them. */
public final class SshKeys {

    private SshKeys() {}

    /** What is wrong with {@code type base64 [comment]}, if anything is. */
    public static Optional<String> problem(String key) {
        String[] parts = key.split(" +", 3);
        if (parts.length < 2) {
            return Optional.of("is not in OpenSSH's format, type and base64");
        }
        try {
            Buffer.PlainBuffer blob = new Buffer.PlainBuffer(Base64.getDecoder().decode(parts[1]));
            String type = blob.readString();
            if (!type.equals(parts[0])) {
                return Optional.of("says it is " + parts[0] + " but holds a key of another type");
            }
            KeyType.fromString(type).readPubKeyFromBuffer(blob);
            return blob.available() == 0 ? Optional.empty() : Optional.of("has bytes after the key");
        } catch (IllegalArgumentException e) {
            return Optional.of("is not valid base64");
        } catch (Buffer.BufferException | GeneralSecurityException | SSHRuntimeException e) {
            return Optional.of("cannot be read as a public key");
        }
    }

    /** Without its comment. */
    public static String withoutComment(String key) {
        String[] parts = key.split(" +", 3);
        return parts[0] + " " + parts[1];
    }
}
