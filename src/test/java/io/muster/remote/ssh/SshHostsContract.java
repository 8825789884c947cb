package io.muster.remote.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.muster.inventory.Inventory;
import io.muster.inventory.SecretRef;
import io.muster.remote.Environments;
import io.muster.remote.SshHosts;
import io.muster.remote.Wired;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What holds on every SSH server. The servers run on this machine, so their processes and files can be looked at. */
abstract class SshHostsContract {

    static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    SshServer server;
    Relay relay;
    Wired wired;
    SshHosts hosts;
    SshHosts.Target target;

    abstract SshServer server() throws Exception;

    @BeforeEach
    void connect() throws Exception {
        server = server();
        relay = new Relay(server.port());
        wired = new Wired();
        wired.secrets.put("key", server.privateKey());
        hosts = wired.get(SshHosts.class);
        target = target(ssh(relay.port(), server.hostKey(), Optional.empty()));
    }

    @AfterEach
    void disconnect() throws Exception {
        if (wired != null) {
            wired.close();
            relay.close();
            server.close();
        }
    }

    Inventory.Ssh ssh(int port, String hostKey, Optional<String> jump) {
        return new Inventory.Ssh(
                "127.0.0.1",
                port,
                server.user(),
                List.of(hostKey),
                Optional.of(new SecretRef("key")),
                Optional.empty(),
                Optional.empty(),
                jump);
    }

    static Inventory.Host host(String name, Inventory.Ssh ssh) {
        return new Inventory.Host(name, ssh, Optional.empty(), Optional.empty(), Optional.empty(), List.of());
    }

    static SshHosts.Target target(Inventory.Ssh ssh) {
        Inventory.Host host = host("experimental-01", ssh);
        return new SshHosts.Target(Environments.empty().host(host).build(), host);
    }

    int run(String script, Printed printed) {
        return hosts.run(target, script, Map.of(), false, printed, LONG, () -> false);
    }

    StepFailure failing(SshHosts.Target on, String script) {
        return failing(on, script, new Printed());
    }

    StepFailure failing(SshHosts.Target on, String script, Printed printed) {
        return catchThrowableOfType(
                StepFailure.class, () -> hosts.run(on, script, Map.of(), false, printed, LONG, () -> false));
    }

    @Test
    void runsAScriptAndTellsItsOutputsAndExitStatusApart() {
        Printed printed = new Printed();
        int status = run("echo to out\necho to err >&2\nexit 3", printed);

        assertThat(status).isEqualTo(3);
        assertThat(printed.out()).isEqualTo("to out\n");
        assertThat(printed.err()).isEqualTo("to err\n");
    }

    @Test
    void aScriptKilledByASignalGives128AndItsNumber() {
        assertThat(run("kill -KILL $$", new Printed())).isEqualTo(137);
        assertThat(run("sh -c 'kill -TERM $$'", new Printed())).isEqualTo(143);
    }

    @Test
    void passesTheEnvironmentWhateverIsInIt() {
        Map<String, String> env =
                Map.of("AWKWARD", "it's $HOME \"x\" \\n `id`\nsecond line\n", "EMPTY", "", "UTF", "grün");
        Printed printed = new Printed();
        hosts.run(target, "printf '%s|%s|%s' \"$AWKWARD\" \"$EMPTY\" \"$UTF\"", env, false, printed, LONG, () -> false);

        assertThat(printed.out()).isEqualTo(env.get("AWKWARD") + "||grün");
    }

    @Test
    void neitherScriptNorEnvironmentShowInAProcessList() {
        Printed printed = new Printed();
        String look =
                "for f in /proc/[0-9]*/cmdline; do tr '\\0' ' ' <\"$f\" 2>/dev/null; echo; done # needle-in-script";
        hosts.run(target, look, Map.of("TOKEN", "needle-in-environment"), false, printed, LONG, () -> false);

        assertThat(printed.out()).contains("read -r muster_l").doesNotContain("needle");
    }

    @Test
    void scriptsFindNothingOnStandardInputAndLeaveNoVariablesBehind() {
        Printed printed = new Printed();
        int status = run("cat; set | grep -c ^muster_ ; cat <<END\nhere $((1 + 1))\nEND\n", printed);

        assertThat(status).isZero();
        assertThat(printed.out()).isEqualTo("0\nhere 2\n");
    }

    @Test
    void aSyntaxErrorIsTheScriptsOwnFailure() {
        Printed printed = new Printed();
        int status = run("if true; then", printed);

        assertThat(status).isNotZero();
        assertThat(printed.err()).containsIgnoringCase("syntax error");
    }

    @Test
    void linesOfTwoMegabytesAndBytesOfAnyKindArriveUnharmed() throws Exception {
        byte[] noise = new byte[3_000_000];
        new Random(7).nextBytes(noise);
        Path file = Files.write(directory.resolve("noise"), noise);
        Printed binary = new Printed();
        run("cat " + file, binary);
        Printed line = new Printed();
        run("head -c 2097152 /dev/zero | tr '\\0' x; echo", line);

        assertThat(binary.bytes()).isEqualTo(noise);
        assertThat(line.out()).hasSize(2097153).containsOnlyOnce("\n");
    }

    @Test
    void streamsALotOfOutputWithoutKeepingIt() {
        AtomicLong count = new AtomicLong();
        SshHosts.Output counting = new SshHosts.Output() {
            @Override
            public void out(byte[] bytes, int offset, int length) {
                count.addAndGet(length);
            }

            @Override
            public void err(byte[] bytes, int offset, int length) {
                count.addAndGet(length);
            }
        };
        String script = "head -c 100000000 /dev/zero; head -c 100000000 /dev/zero >&2";
        assertThat(hosts.run(target, script, Map.of(), false, counting, LONG, () -> false))
                .isZero();
        assertThat(count).hasValue(200_000_000);
    }

    @Test
    void aTimeOutKillsTheWholeProcessGroup() {
        Printed printed = new Printed();
        StepFailure failure = catchThrowableOfType(
                StepFailure.class,
                () -> hosts.run(
                        target,
                        "sleep 1000 & echo $!\nsh -c 'sleep 1000; :'",
                        Map.of(),
                        false,
                        printed,
                        Duration.ofSeconds(1),
                        () -> false));

        assertThat(failure.reason()).isEqualTo(Reason.TIMED_OUT);
        assertThat(failure.kind()).isEqualTo(StepFailure.Kind.FATAL);
        assertThat(failure).hasMessageContaining("experimental-01 (127.0.0.1:").hasMessageContaining("is gone");
        assertGone(printed);
    }

    @Test
    void cancellingKillsWhatIgnoresTheFirstSignal() {
        Printed printed = new Printed();
        StepFailure failure = catchThrowableOfType(
                StepFailure.class,
                () -> hosts.run(
                        target,
                        "trap '' TERM; echo $$; while :; do sleep 0.1; done",
                        Map.of(),
                        false,
                        printed,
                        LONG,
                        () -> !printed.out().isEmpty()));

        assertThat(failure.reason()).isEqualTo(Reason.CANCELLED);
        assertGone(printed);
    }

    static void assertGone(Printed printed) {
        long pid = Long.parseLong(printed.out().strip());
        assertThat(running(pid)).isFalse();
    }

    /** A zombie has ended; whether something collects it is another matter. */
    private static boolean running(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
            return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void aBackgroundProcessThatKeepsTheOutputOpenIsNotWaitedForAndNotKilled() {
        Printed printed = new Printed();
        int status = run("sleep 1000 & echo $!; exit 5", printed);
        ProcessHandle left =
                ProcessHandle.of(Long.parseLong(printed.out().strip())).orElseThrow();

        assertThat(status).isEqualTo(5);
        assertThat(left.destroy()).isTrue();
    }

    @Test
    void aScriptThatClosesItsOutputsIsStillWaitedFor() {
        Path file = directory.resolve("late");
        int status = run("exec >/dev/null 2>&1; sleep 1; echo late >" + file + "; exit 4", new Printed());

        assertThat(status).isEqualTo(4);
        assertThat(file).hasContent("late");
    }

    @Test
    void aConsumerThatFailsEndsTheScriptAndIsHeard() throws IOException {
        SshHosts.Output failing = new SshHosts.Output() {
            @Override
            public void out(byte[] bytes, int offset, int length) {
                throw new IllegalStateException("the journal is gone");
            }

            @Override
            public void err(byte[] bytes, int offset, int length) {}
        };
        String script = "echo $$ >" + directory.resolve("pid") + "; yes";
        Throwable failure = catchThrowableOfType(
                IllegalStateException.class,
                () -> hosts.run(target, script, Map.of(), false, failing, LONG, () -> false));

        assertThat(failure).hasMessage("the journal is gone");
        assertThat(running(Long.parseLong(
                        Files.readString(directory.resolve("pid")).strip())))
                .isFalse();
        assertThat(run("true", new Printed())).isZero();
    }

    @Test
    void connectionsAreKeptReplacedWhenDeadAndClosedWhenIdle() throws Exception {
        SshPool pool = wired.get(SshPool.class);
        run("true", new Printed());
        run("true", new Printed());
        assertThat(relay.accepted()).isEqualTo(1);

        wired.clock.turn(Duration.ofMinutes(1));
        run("true", new Printed());
        assertThat(relay.accepted()).isEqualTo(1);

        relay.cut();
        assertThat(run("exit 6", new Printed())).isEqualTo(6);
        assertThat(relay.accepted()).isEqualTo(2);

        wired.clock.turn(SshPool.IDLE_LIMIT.minusSeconds(1));
        pool.closeIdle();
        assertThat(pool.open()).isEqualTo(1);
        wired.clock.turn(Duration.ofSeconds(2));
        pool.closeIdle();
        assertThat(pool.open()).isZero();
    }

    @Test
    void manyScriptsAtOnceShareAFewConnections() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(25);
        List<Future<Integer>> results = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            int number = i;
            results.add(threads.submit(() -> run("sleep 0.5; exit " + number, new Printed())));
        }
        for (int i = 0; i < 25; i++) {
            assertThat(results.get(i).get()).isEqualTo(i);
        }
        threads.shutdown();
        assertThat(relay.accepted()).isBetween(2, 5);
    }

    @Test
    void aConnectionLostWhileAScriptRunsIsAnUnknownOutcome() throws Exception {
        Printed printed = new Printed();
        ExecutorService thread = Executors.newSingleThreadExecutor();
        Future<StepFailure> result = thread.submit(() -> catchThrowableOfType(
                StepFailure.class,
                () -> hosts.run(target, "echo $$; exec sleep 1000", Map.of(), false, printed, LONG, () -> false)));
        Awaitility.await().until(() -> printed.out().endsWith("\n"));
        relay.cut();
        StepFailure failure = result.get();
        thread.shutdown();
        String pid = printed.out().strip();
        ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroy);

        assertThat(failure.reason()).isEqualTo(Reason.OUTCOME_UNKNOWN);
        assertThat(failure.kind()).isEqualTo(StepFailure.Kind.FATAL);
        assertThat(failure).hasMessageContaining("process group " + pid);
    }

    @Test
    void aHostThatIsDownIsATransientFailure() throws Exception {
        relay.close();
        StepFailure failure = failing(target, "true");

        assertThat(failure.reason()).isEqualTo(Reason.HOST_UNREACHABLE);
        assertThat(failure.kind()).isEqualTo(StepFailure.Kind.TRANSIENT);
        assertThat(failure).hasMessageContaining("experimental-01 (127.0.0.1:" + relay.port() + ")");
    }

    @Test
    void aHostKeyThatIsNotPinnedIsRefused() {
        StepFailure failure =
                failing(target(ssh(relay.port(), TestKeys.publicLine(TestKeys.rsa()), Optional.empty())), "true");

        assertThat(failure.reason()).isEqualTo(Reason.HOST_KEY_MISMATCH);
        assertThat(failure.kind()).isEqualTo(StepFailure.Kind.FATAL);
        assertThat(failure)
                .hasMessageMatching(
                        "Host key of experimental-01 \\(127\\.0\\.0\\.1:\\d+\\) is ecdsa-sha2-nistp256 SHA256:\\S+"
                                + " but the inventory pins ssh-rsa SHA256:\\S+; [\\s\\S]*");
    }

    @Test
    void aKeyThatTheHostDoesNotAcceptIsAFatalFailure() throws Exception {
        wired.secrets.put("key", TestKeys.openSsh(TestKeys.ecdsa()));
        StepFailure failure = failing(target, "true");

        assertThat(failure.reason()).isEqualTo(Reason.AUTHENTICATION_FAILED);
        assertThat(failure.kind()).isEqualTo(StepFailure.Kind.FATAL);
        assertThat(failure).hasMessageContaining("secret:key").hasMessageContaining(server.user());
    }

    @Test
    void aMissingSecretIsNamed() {
        wired.secrets.clear();

        assertThat(failing(target, "true").reason()).isEqualTo(Reason.SECRET_MISSING);
    }

    @Test
    void goesThroughAJumpHostWithAKeyOfItsOwn() throws Exception {
        try (SshServer inner = new EmbeddedSshServer()) {
            wired.secrets.put("inner", inner.privateKey());
            Inventory.Host bastion = host("bastion", ssh(relay.port(), server.hostKey(), Optional.empty()));
            Inventory.Host behind = host(
                    "experimental-01",
                    new Inventory.Ssh(
                            "localhost",
                            inner.port(),
                            inner.user(),
                            List.of(inner.hostKey()),
                            Optional.of(new SecretRef("inner")),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.of("bastion")));
            target = new SshHosts.Target(
                    Environments.empty().host(bastion).host(behind).build(), behind);
            Printed printed = new Printed();

            assertThat(run("echo there; exit 7", printed)).isEqualTo(7);
            assertThat(printed.out()).isEqualTo("there\n");
            assertThat(run("true", printed)).isZero();
            assertThat(relay.accepted()).isEqualTo(1);

            relay.cut();
            assertThat(run("exit 8", printed)).isEqualTo(8);
        }
    }

    @Test
    void writesAndReadsFiles() {
        Path file = directory.resolve("with 'quotes' and ünicode");
        hosts.write(target, file.toString(), "first\n".getBytes(StandardCharsets.UTF_8), "0640");
        assertThat(file).hasContent("first\n");
        hosts.write(target, file.toString(), new byte[] {0, 1, (byte) 0xff, '\n'}, "0600");

        assertThat(hosts.read(target, file.toString(), 100)).containsExactly(0, 1, 0xff, '\n');
        assertThat(file).satisfies(it -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(it)))
                .isEqualTo("rw-------"));
        assertThat(directory.toFile().list((d, name) -> name.startsWith(".muster")))
                .isEmpty();
        assertThat(hosts.remove(target, file.toString())).isTrue();
        assertThat(hosts.remove(target, file.toString())).isFalse();
    }

    @Test
    void replacingAFileBehindALinkKeepsTheLink() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "old");
        Path link = Files.createSymbolicLink(directory.resolve("link"), file);
        hosts.write(target, link.toString(), "new".getBytes(StandardCharsets.UTF_8), "0644");

        assertThat(link).isSymbolicLink();
        assertThat(file).hasContent("new");
    }

    @Test
    void saysWhatIsWrongWithAFile() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "0123456789");
        assertRejected(
                Reason.NOT_FOUND,
                () -> hosts.read(target, directory.resolve("none").toString(), 10));
        assertRejected(Reason.INVALID_INPUT, () -> hosts.read(target, file.toString(), 9));
        assertRejected(Reason.INVALID_INPUT, () -> hosts.read(target, directory.toString(), 9));
        assertRejected(
                Reason.NOT_FOUND,
                () -> hosts.write(target, directory.resolve("none/file").toString(), new byte[1], "0644"));
        assertRejected(Reason.INVALID_INPUT, () -> hosts.write(target, file.toString(), new byte[1], "rw-r--r--"));
        assertThat(file).hasContent("0123456789");
    }

    private static void assertRejected(String reason, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        StepFailure failure = catchThrowableOfType(StepFailure.class, call);
        assertThat(failure.reason()).as(failure.getMessage()).isEqualTo(reason);
        assertThat(failure.kind()).isEqualTo(StepFailure.Kind.REJECTED);
    }

    @Test
    void uploadsAndDownloadsWithVerifiedContent() throws Exception {
        byte[] content = new byte[20_000_000];
        new Random(11).nextBytes(content);
        String hash =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        Path local = Files.write(directory.resolve("local"), content);
        Path remote = directory.resolve("remote");
        Path back = directory.resolve("back");

        assertThat(hosts.upload(target, local, remote.toString(), "0644")).isEqualTo(hash);
        assertThat(hosts.download(target, remote.toString(), back)).isEqualTo(hash);
        assertThat(back).hasBinaryContent(content);
        assertRejected(Reason.CONFLICT, () -> hosts.download(target, remote.toString(), back));
        assertRejected(Reason.NOT_FOUND, () -> hosts.download(target, remote + "-none", directory.resolve("other")));
        assertThat(directory.resolve("other")).doesNotExist();
    }

    /** A tail that is still buffered while the window is full must wait, not vanish: repeated, since that is a matter of time. */
    @Test
    void uploadsArriveWholeHoweverSlowlyTheHostReads() throws Exception {
        byte[] content = new byte[6_000_001];
        new Random(13).nextBytes(content);
        Path local = Files.write(directory.resolve("local"), content);
        Path remote = directory.resolve("remote");
        for (int i = 0; i < 15; i++) {
            hosts.upload(target, local, remote.toString(), "0644");
        }

        assertThat(remote).hasBinaryContent(content);
    }
}
