package io.muster.sandbox;

import io.muster.sandbox.ca.Identity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.UUID;

/** The secrets that the inventory refers to, one file each: {@code secrets/<name>}. */
final class SandboxSecrets {

    private static final int TOKEN_BYTES = 24;

    private final Path directory;

    SandboxSecrets(Path directory) {
        this.directory = directory;
    }

    /** @param sshKey the file with the private key that hosts let in */
    void write(Path sshKey, Identity dockerClient) throws IOException {
        PrivateFiles.write(file("sandbox-ssh-key"), Files.readString(sshKey));
        PrivateFiles.write(file("sandbox-docker-key"), dockerClient.keyPem());
        writeOnce("proxmox-token", UUID.randomUUID().toString());
        writeOnce("proxmox-password", random());
        writeOnce("notes-token", random());
    }

    private static String random() {
        byte[] token = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(token);
        return HexFormat.of().formatHex(token);
    }

    String proxmoxPassword() throws IOException {
        return Files.readString(file("proxmox-password")).strip();
    }

    String proxmoxToken() throws IOException {
        return Files.readString(file("proxmox-token")).strip();
    }

    private void writeOnce(String name, String value) throws IOException {
        if (Files.notExists(file(name))) {
            PrivateFiles.write(file(name), value + "\n");
        }
    }

    private Path file(String name) {
        return directory.resolve(name);
    }
}
