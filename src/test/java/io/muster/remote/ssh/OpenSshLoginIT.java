package io.muster.remote.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.muster.inventory.Inventory;
import io.muster.inventory.SecretRef;
import io.muster.remote.DurableCommands;
import io.muster.remote.SshHosts;
import io.muster.remote.Wired;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Users of a real sshd as operators have them: passwords, passphrases, shells of their own choice, banners, full disks. */
class OpenSshLoginIT {

    private static final String USER = "muster-login";
    private static final String PASSWORD = "correct horse needle";
    private static final UUID ID = UUID.randomUUID();

    @TempDir
    Path directory;

    private final Wired wired = new Wired();
    private OpenSshServer server;

    @BeforeEach
    void user() throws Exception {
        assumeTrue(
                System.getProperty("user.name").equals("root") && Files.isExecutable(OpenSshServer.BINARY),
                "No user can be made here to log in as; root, and `apt-get install openssh-server`, let this test run");
        Tool.run("useradd", "--no-create-home", "--home-dir", "/", "--shell", "/bin/sh", USER);
        Tool.run(Map.of(), USER + ":" + PASSWORD + "\n", "chpasswd");
        for (Path path = directory; path.startsWith("/tmp/"); path = path.getParent()) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        Path banner = directory.resolve("banner");
        Files.writeString(banner, "Authorised use only. echo not-a-command\n".repeat(500));
        server = new OpenSshServer(directory, "PasswordAuthentication yes", "Banner " + banner);
        Files.setPosixFilePermissions(
                directory.resolve("authorized_keys"), PosixFilePermissions.fromString("rw-r--r--"));
        wired.secrets.put("key", server.privateKey());
        wired.secrets.put("password", PASSWORD);
    }

    @AfterEach
    void noUser() throws Exception {
        wired.close();
        if (server != null) {
            server.close();
            Tool.run("userdel", "--force", USER);
        }
    }

    private Access access() {
        return new Access(server.port(), USER).hostKey(server.hostKey());
    }

    private SshHosts hosts() {
        return wired.get(SshHosts.class);
    }

    private int run(Access access, String script, Map<String, String> env, Printed printed) {
        return hosts().run(access.target(), script, env, false, printed, Duration.ofSeconds(60), () -> false);
    }

    private StepFailure refused(SshHosts.Target target) {
        Path ran = directory.resolve("ran");
        StepFailure failure = catchThrowableOfType(StepFailure.class, () -> hosts().run(
                        target, "echo >" + ran, Map.of(), false, new Printed(), Duration.ofSeconds(60), () -> false));
        assertThat(ran).doesNotExist();
        return failure;
    }

    @Test
    void theRightPasswordLetsInAndAWrongOneIsSaidWithoutIt() {
        Printed printed = new Printed();
        assertThat(run(access().password("password"), "id -un", Map.of(), printed))
                .isZero();
        assertThat(printed.out()).isEqualTo(USER + "\n");

        wired.secrets.put("password", "wrong needle");
        StepFailure failure = refused(new Access(server.port(), "root")
                .hostKey(server.hostKey())
                .password("password")
                .target());
        assertThat(failure.reason()).as(failure.getMessage()).isEqualTo(Reason.AUTHENTICATION_FAILED);
        assertThat(failure.kind()).isEqualTo(StepFailure.Kind.FATAL);
        assertThat(failure).hasMessageContaining("secret:password").hasMessageNotContaining("needle");
    }

    @Test
    void aKeyThatSshKeygenClosedIsOpenedByItsPassphraseAndByNoOther() throws Exception {
        Path key = Files.writeString(directory.resolve("closed"), server.privateKey());
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        Tool.run("ssh-keygen", "-q", "-p", "-P", "", "-N", "open sesame", "-f", key.toString());
        wired.secrets.put("key", Files.readString(key));
        wired.secrets.put("phrase", "open sesame");
        assertThat(hosts().run(closed(), "exit 4", Map.of(), false, new Printed(), Duration.ofSeconds(60), () -> false))
                .isEqualTo(4);

        wired.secrets.put("phrase", "open barley");
        SshPool pool = wired.get(SshPool.class);
        pool.connections().forEach(SshConnection::close);
        StepFailure failure = refused(closed());
        assertThat(failure.reason()).as(failure.getMessage()).isEqualTo(Reason.AUTHENTICATION_FAILED);
        assertThat(failure).hasMessageContaining("secret:phrase").hasMessageNotContaining("barley");
    }

    private SshHosts.Target closed() {
        return SshHostsContract.target(new Inventory.Ssh(
                "127.0.0.1",
                server.port(),
                USER,
                List.of(server.hostKey()),
                Optional.of(new SecretRef("key")),
                Optional.of(new SecretRef("phrase")),
                Optional.empty(),
                Optional.empty()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/bin/dash", "/bin/bash", "/usr/bin/fish", "/bin/tcsh"})
    void scriptsAreForShWhateverShellTheUserHas(String shell) throws Exception {
        assumeTrue(Files.isExecutable(Path.of(shell)), shell + " is not installed");
        Tool.run("usermod", "--shell", shell, USER);
        Printed printed = new Printed();
        int status = run(
                access().key("key"),
                "for a in 1 '2 3'; do echo \"$a $X\"; done; echo to err >&2; exit 5",
                Map.of("X", "it's \"$HOME\" `id` !1 \\"),
                printed);

        assertThat(status).isEqualTo(5);
        assertThat(printed.out()).isEqualTo("1 it's \"$HOME\" `id` !1 \\\n2 3 it's \"$HOME\" `id` !1 \\\n");
        assertThat(printed.err()).isEqualTo("to err\n");
    }

    @Test
    void aUserWithoutAShellIsAPermissionDenied() throws Exception {
        Tool.run("usermod", "--shell", "/usr/sbin/nologin", USER);
        assertThat(refused(access().key("key").target()).reason()).isEqualTo(Reason.PERMISSION_DENIED);
    }

    /** Stopped: the kernel takes the connection, and nobody says who is there. */
    @Test
    void aServerThatIsSlowToSayItsNameIsWaitedForUntilTheLimit() throws Exception {
        Tool.run("kill", "-STOP", Long.toString(server.pid()));
        StepFailure failure =
                refused(access().key("key").loginTimeout(Duration.ofMillis(500)).target());
        CompletableFuture<Integer> patient = CompletableFuture.supplyAsync(
                () -> run(access().key("key").loginTimeout(Duration.ofSeconds(50)), "exit 6", Map.of(), new Printed()));
        String port = String.format("0100007F:%04X", server.port());
        Awaitility.await().until(() -> connections(port) >= 1);
        Tool.run("kill", "-CONT", Long.toString(server.pid()));

        assertThat(failure.reason()).as(failure.getMessage()).isEqualTo(Reason.HOST_UNREACHABLE);
        assertThat(failure.kind()).isEqualTo(StepFailure.Kind.TRANSIENT);
        assertThat(failure).hasMessageContaining("login-timeout");
        assertThat(patient.get()).isEqualTo(6);
    }

    /** Established, from our side. */
    private static long connections(String remote) throws Exception {
        try (Stream<String> lines = Stream.of("/proc/net/tcp", "/proc/net/tcp6")
                .map(Path::of)
                .filter(Files::exists)
                .flatMap(OpenSshLoginIT::lines)) {
            return lines.map(line -> line.strip().split("\\s+"))
                    .filter(fields -> fields[2].endsWith(remote) && fields[3].equals("01"))
                    .count();
        }
    }

    private static Stream<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream();
        } catch (java.io.IOException e) {
            return Stream.empty();
        }
    }

    @Test
    void onAFullDiskTheFileThatWasThereStaysAndNoPartIsLeft() throws Exception {
        Path small = Files.createDirectory(directory.resolve("small"));
        Tool.run("mount", "-t", "tmpfs", "-o", "size=256k", "small", small.toString());
        try {
            Path there = Files.writeString(small.resolve("file"), "as it was");
            Path local = Files.write(directory.resolve("local"), new byte[1_000_000]);
            SshHosts.Target root = Access.to(server).key("key").target();
            for (StepFailure failure : List.of(
                    failing(() -> hosts().upload(root, local, there.toString(), "0644")),
                    failing(() -> hosts().write(root, there.toString(), new byte[500_000], "0644")))) {
                assertThat(failure.reason()).as(failure.getMessage()).isEqualTo(Reason.NO_SPACE);
                assertThat(failure).hasMessageContaining("No space left").hasMessageContaining(there.toString());
            }
            assertThat(there).hasContent("as it was");
            try (Stream<Path> left = Files.list(small)) {
                assertThat(left).containsExactly(there);
            }
        } finally {
            Tool.run("umount", small.toString());
        }
    }

    private int durable(String script, MapLedger ledger, Heard heard) {
        DurableCommands.Command command =
                new DurableCommands.Command(ID, access().key("key").target(), script, Map.of(), false, 10_000_000);
        return wired.get(DurableCommands.class).run(command, ledger, heard, Duration.ofMinutes(2), () -> false);
    }

    private static void forgets(MapLedger ledger) {
        Path place = DurableBench.directory(ledger);
        assertThat(place).isDirectory();
        ledger.close(true);
        Awaitility.await().until(() -> !Files.exists(place));
    }

    private Path home() {
        return directory.resolve("home-of-" + server.port());
    }

    /** Their home is not theirs to write to. */
    @ParameterizedTest
    @ValueSource(strings = {"/bin/dash", "/bin/bash", "/bin/busybox", "/usr/bin/fish", "/bin/tcsh"})
    void durableCommandsRunWhateverShellTheUserHasAndWithoutAHome(String shell) throws Exception {
        assumeTrue(Files.isExecutable(Path.of(shell)), shell + " is not installed");
        Path login = Path.of(shell);
        if (shell.endsWith("busybox")) {
            // Which of its programs it is, it knows by its name.
            login = Files.createSymbolicLink(directory.resolve("ash"), login);
        }
        Tool.run("usermod", "--shell", login.toString(), USER);
        MapLedger ledger = new MapLedger();
        Heard heard = new Heard();
        int status = durable(
                "grep \"^$(id -un):\" /etc/passwd; echo \"it's \\$HOME\"; echo to err >&2; exit 5", ledger, heard);

        assertThat(status).isEqualTo(5);
        assertThat(heard.out()).contains(":" + login + "\n").endsWith("it's $HOME\n");
        assertThat(heard.err()).isEqualTo("to err\n");
        assertThat(DurableBench.directory(ledger).toString()).startsWith("/var/tmp/muster-");
        forgets(ledger);
    }

    @Test
    void onADiskThatFillsUpMeanwhileTheStatusIsKeptAndTheMissingOutputSaid() throws Exception {
        Tool.run("mount", "-t", "tmpfs", "-o", "size=128k,mode=0777", "small", home().toString());
        try {
            MapLedger ledger = new MapLedger();
            Heard heard = new Heard();
            assertThat(durable("seq 1 100000; exit 3", ledger, heard)).isEqualTo(3);
            assertThat(DurableBench.directory(ledger)).startsWith(home());
            assertThat(heard.out()).startsWith("1\n2\n3\n").doesNotContain("\n100000\n");
            assertThat(heard.notes).anyMatch(note -> note.contains("disk") && note.contains("was full"));
            forgets(ledger);
        } finally {
            Tool.run("umount", home().toString());
        }
    }

    /** All that the target's user runs sees the time that a file says: two years ago, then in ten years. */
    @Test
    void aClockThatJumpsOnTheTargetChangesNothing() throws Exception {
        Path library = Path.of("/usr/lib/" + System.getProperty("os.arch").replace("amd64", "x86_64")
                + "-linux-gnu/faketime/libfaketime.so.1");
        assumeTrue(Files.exists(library), "`apt-get install libfaketime` lets this test run");
        Path offset = Files.writeString(directory.resolve("offset"), "-730d\n");
        Path gate = directory.resolve("gate");
        Path login = Files.writeString(
                directory.resolve("login"),
                "#!/bin/sh\nexport LD_PRELOAD=" + library + " FAKETIME_TIMESTAMP_FILE=" + offset
                        + " FAKETIME_NO_CACHE=1 FAKETIME_DONT_FAKE_MONOTONIC=1\nexec /bin/sh \"$@\"\n");
        Files.setPosixFilePermissions(login, PosixFilePermissions.fromString("rwxr-xr-x"));
        Tool.run("usermod", "--shell", login.toString(), USER);
        String script = "date +%Y; while [ ! -e " + gate + " ]; do sleep 0.05; done; date +%Y; exit 4";
        MapLedger ledger = new MapLedger();
        Heard heard = new Heard();
        CompletableFuture<Integer> status = CompletableFuture.supplyAsync(() -> durable(script, ledger, heard));
        Awaitility.await().until(() -> heard.out().endsWith("\n"));
        Files.writeString(offset, "+3650d\n");
        server.restart();
        Files.createFile(gate);

        assertThat(status.get()).isEqualTo(4);
        int year = java.time.Year.now(java.time.ZoneOffset.UTC).getValue();
        List<Integer> years = heard.out().lines().map(Integer::valueOf).toList();
        assertThat(years).hasSize(2);
        assertThat(years.get(0)).isBetween(year - 3, year - 1);
        assertThat(years.get(1)).isBetween(year + 9, year + 11);
        forgets(ledger);
    }

    private static StepFailure failing(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        return catchThrowableOfType(StepFailure.class, call);
    }
}
