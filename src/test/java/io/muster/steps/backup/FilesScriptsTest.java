package io.muster.steps.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.FileSystemUtils;

/** Scripts of files on this machine's shell and file system. */
class FilesScriptsTest {

    @TempDir
    Path directory;

    private Path data;

    private Path tools;

    /** Whether there is nothing but busybox. */
    private boolean alpine;

    @BeforeEach
    void someData() throws IOException {
        RealServer.require("python3", "python3-minimal");
        data = Files.createDirectories(directory.resolve("of/data"));
        Files.createDirectories(data.resolve("deep"));
        Files.writeString(data.resolve("one.txt"), "one");
        Files.writeString(data.resolve("deep/two words.txt"), "two");
    }

    private void run(String script, File in, File out) throws IOException, InterruptedException {
        assertThat(status(script, in, out))
                .as(Files.readString(directory.resolve("said"), StandardCharsets.ISO_8859_1))
                .isZero();
    }

    private int status(String script, File in, File out) throws IOException, InterruptedException {
        Path file = Files.writeString(directory.resolve("script"), Prelude.FUNCTIONS + Prelude.SCRATCH + script);
        ProcessBuilder shell = new ProcessBuilder(alpine ? tools + "/ash" : "/bin/sh", file.toString())
                .redirectInput(in)
                .redirectOutput(out)
                .redirectError(directory.resolve("said").toFile());
        shell.environment().putAll(new HashMap<>(Map.of("PATHS", data.toString(), "TAG", "muster-1a2b3c4d")));
        if (tools != null) {
            shell.environment().put("PATH", alpine ? tools.toString() : tools + ":" + System.getenv("PATH"));
        }
        return shell.start().waitFor();
    }

    /** From here on the host's tar is that of busybox. */
    private void busybox() throws IOException {
        RealServer.require("busybox", "busybox");
        tools = Files.createDirectories(directory.resolve("tools"));
        Path tar = Files.writeString(tools.resolve("tar"), "#!/bin/sh\nexec busybox tar \"$@\"\n");
        Files.setPosixFilePermissions(tar, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void whatGnuTarMadeIsNotPutBackByOneThatKnowsHalfOfIt() throws Exception {
        File nothing = new File("/dev/null");
        File tar = directory.resolve("tar").toFile();
        File out = directory.resolve("out").toFile();
        FilesData files = new FilesData();
        run(files.dump(), nothing, tar);
        busybox();
        assertThat(status(files.stage(), tar, out)).isEqualTo(Prelude.TOOL_MISSING);
        assertThat(Files.readString(directory.resolve("said"))).contains("no GNU tar", "install the package tar");
        try (var all = Files.list(directory.resolve("of"))) {
            assertThat(all).containsExactly(data);
        }

        run(files.dump(), nothing, tar);
        run(files.check(), tar, out);
        String before = told();
        FileSystemUtils.deleteRecursively(data);
        run(files.stage(), tar, out);
        run(files.swap(), nothing, out);
        assertThat(told().replaceAll(" \\d{19} ", " ")).isEqualTo(before.replaceAll(" \\d{19} ", " "));
    }

    /** One whose server was killed ends its unpacking only now. */
    @Test
    void anotherStagingThatEndsMeanwhileIsNotMixedUpWithIt() throws Exception {
        FilesData files = new FilesData();
        File nothing = new File("/dev/null");
        File tar = directory.resolve("tar").toFile();
        File out = directory.resolve("out").toFile();
        run(files.dump(), nothing, tar);
        tools = Files.createDirectories(directory.resolve("tools"));
        Path late = Files.writeString(
                tools.resolve("tar"),
                "#!/bin/sh\ncase \"$*\" in *-xpf*) mkdir '" + data
                        + ".muster-1a2b3c4d';; esac\nexec /usr/bin/tar \"$@\"\n");
        Files.setPosixFilePermissions(late, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(status(files.stage(), tar, out)).isEqualTo(Prelude.IN_USE);
        assertThat(Files.readString(directory.resolve("said"))).contains("came while this was staged");
        tools = null;
        run(files.stage(), tar, out);
        run(files.swap(), nothing, out);
        run(files.finish(), nothing, out);
        try (var all = Files.list(directory.resolve("of"))) {
            assertThat(all).as("nothing is left of either").containsExactly(data);
        }
    }

    @Test
    void aHostThatHasNothingButBusyboxWillDo() throws Exception {
        RealServer.require("busybox", "busybox");
        tools = Files.createDirectories(directory.resolve("tools"));
        RealServer.run("busybox", "--install", "-s", tools.toString());
        alpine = true;
        File nothing = new File("/dev/null");
        File tar = directory.resolve("tar").toFile();
        Path out = directory.resolve("out");
        FilesData files = new FilesData();
        assertThat(said(files.size(), out)).matches("\\d+");
        assertThat(said(files.look(), out)).isEqualTo("data");
        assertThat(said(files.room().orElseThrow(), out)).matches("\\d+ \\d+.*");
        run(files.dump(), nothing, tar);
        run(files.check(), tar, out.toFile());
        Files.writeString(data.resolve("one.txt"), "newer");
        for (String last : java.util.List.of(files.undo(), files.finish())) {
            run(files.stage(), tar, out.toFile());
            assertThat(said(files.swapped().orElseThrow(), out)).isEmpty();
            assertThat(said(files.swap(), out)).isEqualTo("swapped");
            assertThat(said(files.swapped().orElseThrow(), out)).isEqualTo("swapped");
            assertThat(data.resolve("one.txt")).hasContent("one");
            run(last, nothing, out.toFile());
            assertThat(data.resolve("one.txt")).hasContent(last.equals(files.undo()) ? "newer" : "one");
            assertThat(directory.resolve("of")).isDirectoryContaining(data::equals);
            assertThat(directory.resolve("of").toFile().list()).hasSize(1);
        }

        Path etcdctl = Files.writeString(
                tools.resolve("etcdctl"), "#!/bin/sh\nfor last; do :; done; mkdir -- \"$last\"; : > \"$last/db\"\n");
        Files.setPosixFilePermissions(etcdctl, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(said(
                        "DBUSER=; DBPASSWORD=; ADDRESS=; PORT=; DIRECTORY=" + data + "\n" + new EtcdData().stage(),
                        out))
                .contains("restored by etcdctl");
        assertThat(data.resolveSibling("data.muster-1a2b3c4d/db")).exists();
    }

    private String said(String script, Path out) throws IOException, InterruptedException {
        run(script, new File("/dev/null"), out.toFile());
        return Files.readString(out).strip();
    }

    private String told() {
        return RealServer.run("python3", "-c", TOLD, data.toString());
    }

    /** What a person has given to files beside their content. */
    @Test
    void whatFilesHaveBesideTheirContentComesBack() throws Exception {
        try {
            RealServer.run("python3", "-c", ODD, data.toString());
        } catch (IllegalStateException e) {
            Assumptions.assumeFalse(
                    e.getMessage().contains("Operation not supported"),
                    directory + " is on a file system without extended attributes");
            throw e;
        }
        String before = told();
        assertThat(before).contains("user.note", "system.posix_acl_access", "\\xff\\xfe name", "line\\nbreak");
        File nothing = new File("/dev/null");
        File tar = directory.resolve("tar").toFile();
        File out = directory.resolve("out").toFile();
        FilesData files = new FilesData();
        run(files.dump(), nothing, tar);
        assertThat(tar).as("the hole is not written out").satisfies(it -> assertThat(it.length())
                .isLessThan(1 << 20));
        run(files.check(), tar, out);
        byte[] cut = java.util.Arrays.copyOf(Files.readAllBytes(tar.toPath()), 3072);
        Path part = Files.write(directory.resolve("part"), cut);
        assertThatThrownBy(() -> run(files.check(), part.toFile(), out))
                .hasMessageContaining("tar cannot read it to its end");
        FileSystemUtils.deleteRecursively(data);
        run(files.stage(), tar, out);
        run(files.swap(), nothing, out);
        assertThat(told()).isEqualTo(before);
    }

    private static final String ODD =
            """
            import os, struct, sys
            os.chdir(sys.argv[1])
            def acl(path, name):
                entries = [(1, 7, -1), (2, 4, 1234), (4, 5, -1), (16, 5, -1), (32, 0, -1)]
                os.setxattr(path, name, struct.pack('<I', 2) + b''.join(struct.pack('<HHi', *e) for e in entries))
            acl('one.txt', 'system.posix_acl_access')
            acl('deep', 'system.posix_acl_default')
            os.setxattr('one.txt', 'user.note', b'a\\0\\xff')
            if os.geteuid() == 0: os.setxattr('deep/two words.txt', 'security.capability', struct.pack('<IIIII', 0x02000001, 1 << 13, 0, 0, 0))
            os.link('one.txt', 'deep/hard'); os.symlink('/outside', 'dangling'); os.mkfifo('fifo', 0o620)
            open(b'\\xff\\xfe name', 'w').close(); open('line\\nbreak', 'w').close()
            os.mkdir('nothing'); os.chmod('nothing', 0o3771)
            if os.geteuid() == 0: os.chown('nothing', 1234, 4321); os.chmod('nothing', 0o3771)
            with open('hole', 'wb') as hole: hole.truncate(200 << 20)
            os.utime('one.txt', ns=(1234567890123456789, 1234567890123456789))
            """;

    private static final String TOLD =
            """
            import os, sys
            os.chdir(sys.argv[1])
            for at, directories, files in os.walk(b'.'):
                directories.sort()
                for name in sorted(directories + files) + [b'.']:
                    path = os.path.join(at, name); s = os.lstat(path)
                    print(path, oct(s.st_mode), s.st_uid, s.st_gid, s.st_nlink if path[-1:] != b'.' else '', s.st_size, s.st_mtime_ns,
                        [(x, os.getxattr(path, x, follow_symlinks=False)) for x in sorted(os.listxattr(path, follow_symlinks=False))])
            """;
}
