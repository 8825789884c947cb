package io.muster.sandbox.ssh;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.config.keys.FilePasswordProvider;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.util.security.SecurityUtils;

/** Ed25519 key pairs in files, in OpenSSH's format, readable by the owner only. */
public final class SshKeys {

    private SshKeys() {}

    /** The key pair in this file, which is made when it is not there; the public half lies beside it as {@code .pub}. */
    public static KeyPair in(Path file, String comment) {
        try {
            if (Files.notExists(file)) {
                make(file, comment);
            }
            KeyPair keys = read(file);
            Path half = file.resolveSibling(file.getFileName() + ".pub");
            if (Files.notExists(half)) {
                Files.writeString(half, publicLine(keys) + " " + comment + "\n");
            }
            return keys;
        } catch (IOException e) {
            throw new UncheckedIOException("Could not read or make the SSH key " + file, e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(
                    "The SSH key " + file + " is unusable (" + e.getMessage() + "); delete it to have a new one made.",
                    e);
        }
    }

    /** {@code ssh-ed25519 AAAA…}, without a comment. */
    public static String publicLine(KeyPair keys) {
        return PublicKeyEntry.toString(keys.getPublic());
    }

    private static KeyPair read(Path file) throws IOException, GeneralSecurityException {
        try (var in = Files.newInputStream(file)) {
            Iterable<KeyPair> found = SecurityUtils.loadKeyPairIdentities(
                    null, NamedResource.ofName(file.toString()), in, FilePasswordProvider.EMPTY);
            if (found == null || !found.iterator().hasNext()) {
                throw new GeneralSecurityException("it holds no private key");
            }
            return found.iterator().next();
        }
    }

    private static void make(Path file, String comment) throws IOException, GeneralSecurityException {
        KeyPair keys = KeyUtils.generateKeyPair(KeyPairProvider.SSH_ED25519, 256);
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(keys, comment, null, text);
        Path next = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(next);
        Files.createFile(next, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (OutputStream out = Files.newOutputStream(next)) {
            text.writeTo(out);
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
