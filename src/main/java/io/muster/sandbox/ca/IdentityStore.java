package io.muster.sandbox.ca;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Optional;

/** Pairs of {@code <name>.pem} and {@code <name>.key} in one directory; keys are readable by their owner only. */
final class IdentityStore {
    /** A certificate and its key as they lie on disk. */
    record Stored(X509Certificate certificate, PrivateKey key) {}

    private final Path directory;

    IdentityStore(Path directory) {
        this.directory = directory;
    }

    Path certificateFile(String name) {
        return directory.resolve(name + ".pem");
    }

    Path keyFile(String name) {
        return directory.resolve(name + ".key");
    }

    Optional<Stored> read(String name) {
        Path certificate = certificateFile(name);
        Path key = keyFile(name);
        if (!Files.exists(certificate) || !Files.exists(key)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Stored(
                    Pem.readCertificate(Files.readString(certificate)), Pem.readPrivateKey(Files.readString(key))));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + certificate + " or its key", e);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IllegalStateException(
                    "Not a certificate and key: " + certificate + ", " + key + ". Delete both to have them made anew.",
                    e);
        }
    }

    void write(String name, String certificatePem, String keyPem) {
        try {
            Files.createDirectories(directory);
            // The key first: a certificate without its key is made anew, and must never be paired with an older one.
            Files.deleteIfExists(certificateFile(name));
            replace(keyFile(name), keyPem, "rw-------");
            replace(certificateFile(name), certificatePem, "rw-r--r--");
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write the certificate '" + name + "' in " + directory, e);
        }
    }

    private void replace(Path file, String text, String permissions) throws IOException {
        var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
        Path draft = Files.createTempFile(directory, "." + file.getFileName(), ".new", mode);
        Files.writeString(draft, text);
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
