package io.muster.sandbox.ssh;

import io.muster.sandbox.Jail;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.util.Map;
import org.apache.sshd.common.file.FileSystemFactory;
import org.apache.sshd.common.file.root.RootedFileSystem;
import org.apache.sshd.common.file.root.RootedPath;
import org.apache.sshd.common.session.SessionContext;

/** The file system of each SFTP session: the jail's, with its mounts, as the kernel shows it below the main process. */
final class JailFileSystems implements FileSystemFactory {

    private static final String HOME = "/root";

    private final Jail jail;

    JailFileSystems(Jail jail) {
        this.jail = jail;
    }

    @Override
    public Path getUserHomeDir(SessionContext session) {
        return Path.of(HOME);
    }

    @Override
    public FileSystem createFileSystem(SessionContext session) throws IOException {
        long pid = jail.pid().orElseThrow(() -> new IOException("The host is going down."));
        return new RootedFileSystem(new JailFileSystemProvider(), Path.of("/proc/" + pid + "/root"), Map.of()) {
            @Override
            public RootedPath getDefaultDir() {
                return getPath(HOME);
            }
        };
    }
}
