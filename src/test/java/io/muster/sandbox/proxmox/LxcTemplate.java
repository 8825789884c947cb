package io.muster.sandbox.proxmox;

import io.muster.sandbox.FileTrees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** The least that boots to an sshd: programs come from the machine's own {@code /usr}, which the back end mounts. */
final class LxcTemplate {

    static final String NAME = "least-1_amd64.tar.gz";

    /** Where this file is, a container does not end when it is asked to. */
    static final String STUBBORN = "etc/stubborn";

    private static final String INIT =
            """
            #!/bin/sh
            export PATH=/usr/sbin:/usr/bin:/sbin:/bin
            [ -e /etc/stubborn ] && trap '' TERM || trap 'exit 0' TERM
            [ -e /etc/ssh/ssh_host_ed25519_key ] || ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key
            /usr/sbin/sshd || exit 1
            [ -x /etc/rc.local ] && /etc/rc.local </dev/null &
            while :; do sleep 1000 & wait $!; done
            """;

    private static final String SSHD =
            """
            HostKey /etc/ssh/ssh_host_ed25519_key
            AuthorizedKeysFile .ssh/authorized_keys
            PermitRootLogin prohibit-password
            PasswordAuthentication no
            UsePAM no
            """;

    private static final String USERS =
            """
            root:x:0:0:root:/root:/bin/sh
            sshd:x:100:65534::/run/sshd:/usr/sbin/nologin
            nobody:x:65534:65534::/:/usr/sbin/nologin
            """;

    private LxcTemplate() {}

    /** @param storage of the node */
    static void into(StorageFiles storage) {
        try {
            Path root = Files.createTempDirectory("lxc-template");
            for (String name : List.of("bin", "sbin", "lib", "lib64")) {
                Files.createSymbolicLink(root.resolve(name), Path.of("usr", name));
            }
            for (String name : List.of("usr", "proc", "sys", "dev", "run/sshd", "tmp", "var/tmp", "root", "etc/ssh")) {
                Files.createDirectories(root.resolve(name));
            }
            for (String name : List.of("root", "run/sshd")) {
                Files.setPosixFilePermissions(root.resolve(name), PosixFilePermissions.fromString("rwx------"));
            }
            Files.writeString(root.resolve("etc/passwd"), USERS);
            Files.writeString(root.resolve("etc/group"), "root:x:0:\nnogroup:x:65534:\n");
            Files.writeString(root.resolve("etc/ssh/sshd_config"), SSHD);
            Path init = Files.writeString(root.resolve("etc/init"), INIT);
            Files.setPosixFilePermissions(init, PosixFilePermissions.fromString("rwxr-xr-x"));
            // The machine's own, where programs link by it.
            Path cache = Path.of("/etc/ld.so.cache");
            if (Files.exists(cache)) {
                Files.copy(cache, root.resolve("etc/ld.so.cache"));
            }
            Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
            RootArchive.pack(root, storage.templates().resolve(NAME), RootArchive.Compression.GZIP);
            FileTrees.delete(root);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
