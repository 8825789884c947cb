package io.muster.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.schmizz.sshj.SSHClient;
import net.schmizz.sshj.common.SSHException;
import net.schmizz.sshj.connection.channel.direct.Session;
import net.schmizz.sshj.connection.channel.direct.Signal;
import net.schmizz.sshj.sftp.FileMode;
import net.schmizz.sshj.sftp.OpenMode;
import net.schmizz.sshj.sftp.RemoteFile;
import net.schmizz.sshj.sftp.SFTPClient;
import net.schmizz.sshj.userauth.UserAuthException;
import net.schmizz.sshj.xfer.FileSystemFile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SandboxSshTest {

    @TempDir
    static Path directory;

    private static Sandbox sandbox;
    private static SandboxHost host;

    private SSHClient client;

    @BeforeAll
    static void startSandbox() {
        sandbox = Sandbox.start(new SandboxSettings(directory, TestNetworks.free()));
        host = sandbox.host("experimental-01");
    }

    @AfterAll
    static void closeSandbox() {
        sandbox.close();
    }

    @BeforeEach
    void connect() throws IOException {
        client = SshClients.connect(sandbox, host);
    }

    @AfterEach
    void disconnect() throws IOException {
        client.close();
    }

    @Test
    void aCommandRunsInsideItsHost() throws IOException {
        assertThat(SshClients.run(client, "hostname; id -un; pwd; echo oops >&2; exit 3"))
                .isEqualTo(new SshClients.Result(3, "experimental-01\nroot\n/root\n", "oops\n"));
    }

    @Test
    void aLongLineAndBytesThatAreNotUtf8ComeThroughUnchanged() throws Exception {
        byte[] sent = new byte[2 * 1024 * 1024 + 7];
        new Random(1).nextBytes(sent);
        Arrays.fill(sent, 0, 10, (byte) 0xff);
        try (Session session = client.startSession()) {
            Session.Command command = session.exec("tee /tmp/bytes");
            Thread writer = new Thread(() -> {
                try (var to = command.getOutputStream()) {
                    to.write(sent);
                    // sshj's close() drops what is still buffered when the window happens to be full.
                    to.flush();
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            writer.start();
            byte[] received = command.getInputStream().readAllBytes();
            writer.join();
            command.join();
            command.close();
            assertThat(command.getExitStatus()).isZero();
            assertThat(received).isEqualTo(sent);
        }
        String hash =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(sent));
        assertThat(SshClients.run(client, "sha256sum </tmp/bytes").out()).startsWith(hash);
        assertThat(SshClients.run(client, "head -c 2097152 /dev/zero | tr '\\0' x")
                        .out())
                .isEqualTo("x".repeat(2097152));
    }

    @Test
    void outputStreamsWhileTheCommandRuns() throws IOException {
        try (Session session = client.startSession()) {
            Session.Command command = session.exec("echo first; read line; echo got $line");
            InputStream out = command.getInputStream();
            assertThat(line(out)).isEqualTo("first");
            command.getOutputStream().write("second\n".getBytes(StandardCharsets.UTF_8));
            command.getOutputStream().flush();
            assertThat(new String(out.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("got second\n");
            command.close();
        }
    }

    @Test
    void aSignalEndsTheCommand() throws IOException {
        try (Session session = client.startSession()) {
            Session.Command command = session.exec("trap 'echo caught; exit 9' TERM; echo up; sleep 60 & wait");
            awaitUp(command);
            command.signal(Signal.TERM);
            assertThat(command.getInputStream().readAllBytes()).asString().isEqualTo("caught\n");
            command.join();
            command.close();
            assertThat(command.getExitStatus()).isEqualTo(9);
        }
    }

    @Test
    void closingTheChannelKillsTheCommandButNotWhatItDetached() throws IOException {
        try (Session session = client.startSession()) {
            Session.Command command = session.exec(
                    "setsid sh -c 'echo up; exec sleep 4321 </dev/null >/dev/null 2>&1' & sleep 1234; sleep 1234");
            awaitUp(command);
            command.close();
        }
        await().until(() -> !processes().contains("sleep 1234"));
        assertThat(processes()).contains("sleep 4321");
        SshClients.run(
                client,
                "kill $(pidof sleep 4321 2>/dev/null) 2>/dev/null; for p in /proc/[0-9]*; do"
                        + " grep -qs 4321 $p/cmdline && [ ${p#/proc/} != $$ ] && kill ${p#/proc/}; done");
    }

    @Test
    void losingTheConnectionKillsTheCommand() throws IOException {
        SSHClient other = SshClients.connect(sandbox, host);
        Session.Command command = other.startSession().exec("echo up; sleep 2345");
        awaitUp(command);
        host.faults().begin(HostFaults.Fault.SSH_DROP);
        await().until(() -> !other.isConnected() && !host.faults().active(HostFaults.Fault.SSH_DROP));
        other.close();
        client = SshClients.connect(sandbox, host);
        await().until(() -> !processes().contains("sleep 2345"));
    }

    @Test
    void aShellReadsItsCommandsFromTheChannel() throws IOException {
        try (Session session = client.startSession()) {
            Session.Shell shell = session.startShell();
            shell.getOutputStream().write("echo $((6*7)); exit\n".getBytes(StandardCharsets.UTF_8));
            shell.getOutputStream().flush();
            assertThat(new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .contains("42");
        }
    }

    @Test
    void aTerminalIsOneInside() throws IOException {
        try (Session session = client.startSession()) {
            session.allocateDefaultPTY();
            Session.Command command = session.exec("tty; exit 5");
            assertThat(command.getInputStream().readAllBytes()).asString().contains("/dev/pts/");
            command.join();
            assertThat(command.getExitStatus()).isEqualTo(5);
        }
    }

    @Test
    void onlyRootWithTheSandboxKeyGetsIn() {
        Path key = sandbox.secrets().resolve("sandbox-ssh-key");
        assertThatThrownBy(() -> SshClients.connect(host, key, "admin")).isInstanceOf(UserAuthException.class);
        Path wrong = directory.resolve("wrong-key");
        io.muster.sandbox.ssh.SshKeys.in(wrong, "wrong");
        assertThatThrownBy(() -> SshClients.connect(host, wrong, "root")).isInstanceOf(UserAuthException.class);
    }

    @Test
    void filesGoUpAndDownAndKeepTheirMode() throws IOException {
        Path local = directory.resolve("local");
        byte[] content = new byte[300_000];
        new Random(2).nextBytes(content);
        Files.write(local, content);
        try (SFTPClient sftp = client.newSFTPClient()) {
            sftp.put(new FileSystemFile(local.toFile()), "/srv/persistent/file");
            sftp.chmod("/srv/persistent/file", 0640);
            sftp.rename("/srv/persistent/file", "/srv/persistent/renamed");
            assertThat(sftp.size("/srv/persistent/renamed")).isEqualTo(content.length);
            sftp.get(
                    "/srv/persistent/renamed",
                    new FileSystemFile(directory.resolve("back").toFile()));
            assertThat(sftp.canonicalize(".")).isEqualTo("/root");
            sftp.mkdirs("/opt/a/b");
            // The protocol's draft has them the other way round; OpenSSH's servers and this one take the target first.
            sftp.symlink("/srv/persistent/renamed", "/opt/a/link");
            assertThat(sftp.readlink("/opt/a/link")).isEqualTo("/srv/persistent/renamed");
            assertThat(sftp.size("/opt/a/link")).isEqualTo(content.length);
            assertThat(sftp.lstat("/opt/a/link").getType()).isEqualTo(FileMode.Type.SYMLINK);
            assertThat(sftp.ls("/opt/a")).extracting("name").containsExactlyInAnyOrder("b", "link");
            sftp.rm("/opt/a/link");
        }
        assertThat(directory.resolve("back")).hasBinaryContent(content);
        assertThat(SshClients.run(client, "stat -c %a /srv/persistent/renamed").out())
                .isEqualTo("640\n");
    }

    @Test
    void sftpCannotLeaveTheHost() throws IOException {
        Path outside = Files.writeString(directory.resolve("outside"), "secret");
        SshClients.run(
                client,
                "cd /opt; ln -s " + outside + " file; ln -s " + directory + " dir; ln -s ../../../../../.." + outside
                        + " up; ln -s / root; ln -s /proc/1/root magic");
        try (SFTPClient sftp = client.newSFTPClient()) {
            List<String> ways = List.of(
                    outside.toString(),
                    "/../../../../../../../.." + outside,
                    "/opt/file",
                    "/opt/up",
                    "/opt/dir/outside",
                    "/opt/dir/../../.." + outside,
                    "/opt/root/" + outside,
                    "/opt/magic/" + outside,
                    "/proc/1/root/" + outside,
                    "/proc/1/cwd/" + outside);
            for (String way : ways) {
                assertThatThrownBy(() -> read(sftp, way)).as(way).isInstanceOf(SSHException.class);
                assertThat(sftp.statExistence(way)).as(way).isNull();
                assertThatThrownBy(() -> sftp.chmod(way, 0777)).as(way).isInstanceOf(SSHException.class);
            }
            assertThatThrownBy(() -> sftp.ls("/opt/dir")).isInstanceOf(SSHException.class);
            assertThatThrownBy(() -> sftp.ls(directory.toString())).isInstanceOf(SSHException.class);
            assertThatThrownBy(() -> sftp.mkdir("/opt/dir/made")).isInstanceOf(SSHException.class);
            assertThatThrownBy(() -> sftp.rename("/etc/hostname", "/opt/dir/stolen"))
                    .isInstanceOf(SSHException.class);
            sftp.rm("/opt/file");
            assertThatThrownBy(() -> write(sftp, "/usr/bin/made")).isInstanceOf(SSHException.class);
            assertThatThrownBy(() -> write(sftp, "/opt/up")).isInstanceOf(SSHException.class);
        }
        assertThat(outside).hasContent("secret");
        assertThat(directory.resolve("made")).doesNotExist();
    }

    @Test
    void sftpSeesWhatIsMountedInside() throws IOException {
        SshClients.run(client, "echo small >/srv/small/file");
        try (SFTPClient sftp = client.newSFTPClient()) {
            assertThat(read(sftp, "/srv/small/file")).asString().isEqualTo("small\n");
            sftp.rm("/srv/small/file");
        }
    }

    @Test
    void aFullDiskIsFullUntilTheFaultEnds() throws IOException {
        host.faults().begin(HostFaults.Fault.DISK_FULL);
        await().until(() -> SshClients.run(client, "echo x >/srv/small/new.$$").status() != 0);
        assertThat(SshClients.run(client, "df --output=avail /srv/small | tail -1")
                        .out()
                        .strip())
                .isEqualTo("0");
        host.faults().end(HostFaults.Fault.DISK_FULL);
        await().until(() -> SshClients.run(client, "echo x >/srv/small/new.$$").status() == 0);
    }

    @Test
    void aRefusedPortIsClosedUntilTheFaultEnds() throws IOException {
        host.faults().begin(HostFaults.Fault.SSH_REFUSE);
        await().untilAsserted(() ->
                assertThatThrownBy(() -> SshClients.connect(sandbox, host)).isInstanceOf(ConnectException.class));
        host.faults().end(HostFaults.Fault.SSH_REFUSE);
        await().ignoreExceptions().until(() -> {
            SshClients.connect(sandbox, host).close();
            return true;
        });
    }

    @Test
    void latencyDelaysCommands() throws IOException {
        host.faults().delayCommands(Duration.ofMillis(300));
        long began = System.nanoTime();
        SshClients.run(client, "true");
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThanOrEqualTo(Duration.ofMillis(300));
        host.faults().end(HostFaults.Fault.SSH_LATENCY);
    }

    private static void awaitUp(Session.Command command) throws IOException {
        assertThat(line(command.getInputStream())).isEqualTo("up");
    }

    /** Byte by byte: readNBytes ends with a read of nothing, for which sshj waits. */
    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n' && b >= 0; b = in.read()) {
            line.write(b);
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    private String processes() throws IOException {
        return SshClients.run(
                        client,
                        "for f in /proc/[0-9]*/cmdline; do tr '\\0' ' ' <$f; echo; done 2>/dev/null | grep -v for")
                .out();
    }

    private static byte[] read(SFTPClient sftp, String path) throws IOException {
        try (RemoteFile file = sftp.open(path);
                RemoteFile.RemoteFileInputStream in = file.new RemoteFileInputStream()) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            in.transferTo(all);
            return all.toByteArray();
        }
    }

    private static void write(SFTPClient sftp, String path) throws IOException {
        try (RemoteFile file = sftp.open(path, Set.of(OpenMode.WRITE, OpenMode.CREAT))) {
            file.write(0, new byte[] {1}, 0, 1);
        }
    }
}
