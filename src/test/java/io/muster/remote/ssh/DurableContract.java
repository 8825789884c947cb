package io.muster.remote.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.muster.remote.DurableCommands;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.io.FileNotFoundException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What holds for durable commands on every SSH server; the servers run on this machine. */
abstract class DurableContract {

    @TempDir
    Path directory;

    DurableBench bench;
    final UUID id = UUID.randomUUID();
    final MapLedger ledger = new MapLedger();
    final Heard heard = new Heard();

    abstract SshServer server() throws Exception;

    @BeforeEach
    void connect() throws Exception {
        bench = new DurableBench(server(), directory);
    }

    @AfterEach
    void disconnect() throws Exception {
        if (bench != null) {
            ledger.close(false);
            bench.close();
        }
    }

    int run(String script) {
        return bench.run(id, script, ledger, heard);
    }

    StepFailure failing(String script) {
        return catchThrowableOfType(StepFailure.class, () -> run(script));
    }

    @Test
    void tellsOutputsAndStatusApartAndForgetsWhatIsRecorded() {
        int status = run("echo to out\necho to err >&2\nexit 3");
        Path place = DurableBench.directory(ledger);

        assertThat(status).isEqualTo(3);
        assertThat(heard.out()).isEqualTo("to out\n");
        assertThat(heard.err()).isEqualTo("to err\n");
        assertThat(heard.notes).isEmpty();
        assertThat(place).isDirectory();
        ledger.close(true);
        Awaitility.await().until(() -> !Files.exists(place));
        Awaitility.await().until(() -> ledger.forgotten);
    }

    @Test
    void whatItIsGivenIsInNoFileAndNoProcessListAndItsFilesAreItsUsersOwn() throws Exception {
        String look =
                """
                for f in /proc/[0-9]*/cmdline; do tr '\\0' ' ' <"$f" 2>/dev/null; echo; done # needle-in-script
                grep -rl needle "$HOME/.muster" /var/tmp/muster-* 2>/dev/null
                set | grep -c '^muster_'
                umask
                """;
        bench.run(id, look, Map.of("TOKEN", "needle-in-environment"), ledger, heard, DurableBench.LONG, () -> false);
        Path place = DurableBench.directory(ledger);

        assertThat(heard.out())
                .contains("read -r muster_l")
                .doesNotContain("needle")
                .doesNotContain(place + "/");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(place)))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(place.resolve("out"))))
                .isEqualTo("rw-------");
        assertThat(heard.out()).endsWith("0022\n");
    }

    @Test
    void aNewServerFollowsWhatTheOldOneStartedFromItsFirstByte() throws Exception {
        Path gate = directory.resolve("gate");
        String script =
                bench.effect() + "echo first; while [ ! -e " + gate + " ]; do sleep 0.05; done; echo last; exit 4";
        CompletableFuture<Throwable> old =
                CompletableFuture.supplyAsync(() -> catchThrowableOfType(RuntimeException.class, () -> run(script)));
        Awaitility.await().until(() -> heard.out().contains("first") && ledger.handles.size() == 2);
        bench.newServer();
        Files.createFile(gate);
        Heard second = new Heard();

        assertThat(bench.run(id, script, ledger, second)).isEqualTo(4);
        assertThat(second.out()).isEqualTo("first\nlast\n");
        assertThat(bench.effects()).isOne();
        old.cancel(true);
    }

    @Test
    void whoeverStartsItTwiceRunsItOnce() throws Exception {
        String script = bench.effect() + "sleep 0.3; echo done";
        List<CompletableFuture<Integer>> racers = java.util.stream.IntStream.range(0, 4)
                .mapToObj(n -> CompletableFuture.supplyAsync(() -> bench.run(id, script, new MapLedger(), new Heard())))
                .toList();
        for (CompletableFuture<Integer> racer : racers) {
            assertThat(racer.get()).isZero();
        }
        assertThat(bench.effects()).isOne();
    }

    @Test
    void aClaimWhoseOutputsAreNotThereYetIsWaitedFor() throws Exception {
        run("true");
        String[] recorded = ledger.recorded().orElseThrow().split(" ");
        Path place = DurableBench.directory(ledger);
        ledger.close(true);
        Awaitility.await().until(() -> !Files.exists(place));
        Files.createDirectory(place);
        Path state = place.resolve("state");
        new ProcessBuilder("mkfifo", state.toString()).start().waitFor();
        CompletableFuture<Integer> follower =
                CompletableFuture.supplyAsync(() -> bench.run(id, bench.effect(), new MapLedger(), heard));
        byte[] ended = (recorded[0] + " 1 1 1\n%-40s\n".formatted("ended 6")).getBytes();
        // Such a file opens for writing when somebody opens it for reading.
        try (FileOutputStream firstLook = new FileOutputStream(state.toFile())) {
            firstLook.write(ended);
        }
        CompletableFuture<FileOutputStream> secondLook = CompletableFuture.supplyAsync(() -> openedForWriting(state));
        Awaitility.await().until(() -> secondLook.isDone() || follower.isDone());
        Files.writeString(place.resolve("err"), "");
        Files.writeString(place.resolve("out"), "late\n");
        Files.move(
                Files.write(place.resolve("new"), ended),
                state,
                StandardCopyOption.REPLACE_EXISTING,
                StandardCopyOption.ATOMIC_MOVE);
        try (FileOutputStream second = secondLook.get(10, TimeUnit.SECONDS)) {
            second.write(ended);
        } catch (IOException e) {
            // It was opened while the first look still had it open, and that has ended: the next look finds the file.
        }
        assertThat(follower.get()).isEqualTo(6);
        assertThat(heard.out()).isEqualTo("late\n");
        assertThat(bench.effects()).isZero();
    }

    private static FileOutputStream openedForWriting(Path fifo) {
        try {
            return new FileOutputStream(fifo.toFile());
        } catch (FileNotFoundException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aConnectionThatIsCutAtRandomBytesLosesAndRepeatsNone() throws Exception {
        byte[] noise = new byte[4_000_000];
        new Random(11).nextBytes(noise);
        Path file = Files.write(directory.resolve("noise"), noise);
        String script = bench.effect() + "for n in 0 1 2 3 4 5 6 7; do dd if=" + file
                + " bs=500000 skip=$n count=1 2>/dev/null; sleep 0.1; done; echo e >&2; exit 7";
        Random random = new Random(4);
        AtomicBoolean over = new AtomicBoolean();
        CompletableFuture<Void> cutter = CompletableFuture.runAsync(() -> {
            while (!over.get()) {
                bench.relay.cutAfter(random.nextInt(600_000));
                Awaitility.await().atMost(DurableBench.LONG).until(() -> over.get() || bench.relay.wasCut());
            }
        });
        try {
            assertThat(run(script)).isEqualTo(7);
        } finally {
            over.set(true);
            cutter.join();
        }
        assertThat(heard.bytes()).isEqualTo(noise);
        assertThat(heard.err()).isEqualTo("e\n");
        assertThat(bench.effects()).isOne();
        assertThat(heard.notes).isNotEmpty();
    }

    @Test
    void beyondTheLimitOutputIsCountedAndHashedAndItsEndKept() throws Exception {
        bench.limit = 100_000;
        assertThat(run("seq 1 200000; seq 1 10 >&2; du -s -k " + "\"$HOME/.muster\" >/dev/null"))
                .isZero();

        StringBuilder all = new StringBuilder();
        for (int n = 1; n <= 200_000; n++) {
            all.append(n).append('\n');
        }
        byte[] expected = all.toString().getBytes();
        byte[] beyond = java.util.Arrays.copyOfRange(expected, 100_000, expected.length);
        assertThat(heard.bytes()).isEqualTo(java.util.Arrays.copyOf(expected, 100_000));
        assertThat(heard.cuts).hasSize(1);
        DurableCommands.Cut cut = heard.cuts.get(0);
        assertThat(cut.bytes()).isEqualTo(beyond.length);
        assertThat(cut.sha256())
                .isEqualTo(HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(beyond)));
        assertThat(cut.tail()).isEqualTo(java.util.Arrays.copyOfRange(beyond, beyond.length - 65_536, beyond.length));
        assertThat(heard.err()).isEqualTo("1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n");
    }

    @Test
    void aDirectoryThatIsGoneIsAnUnknownOutcomeAndNotRunAgain() throws Exception {
        run(bench.effect());
        ledger.close(true);
        Awaitility.await().until(() -> !Files.exists(DurableBench.directory(ledger)));
        bench.newServer();
        // Long enough that its process was recorded.
        if (ledger.handles.size() == 1) {
            ledger.handles.add(Handle.parse(ledger.handles.get(0))
                    .with(new RemoteProcess(1, 1, 1))
                    .toString());
        }
        StepFailure failure = failing(bench.effect());

        assertThat(failure.reason()).isEqualTo(Reason.OUTCOME_UNKNOWN);
        assertThat(failure).hasMessageContaining("is gone").hasMessageContaining("Look on the host");
        assertThat(bench.effects()).isOne();
    }

    @Test
    void aDirectoryThatIsGoneAfterARebootIsAnUnknownOutcome() throws Exception {
        ledger.record(
                "ssh command",
                new Handle("another-boot.1", directory + "/gone", java.util.Optional.empty()).toString());
        StepFailure failure = failing(bench.effect());

        assertThat(failure.reason()).isEqualTo(Reason.OUTCOME_UNKNOWN);
        assertThat(failure).hasMessageContaining("has rebooted");
        assertThat(bench.effects()).isZero();
    }

    @Test
    void aProcessThatIsKilledWithAllItsGroupHasAnUnknownOutcome() {
        StepFailure failure = failing("kill -KILL 0");

        assertThat(failure.reason()).isEqualTo(Reason.OUTCOME_UNKNOWN);
        assertThat(failure).hasMessageContaining("process is gone");
    }

    @Test
    void aScriptThatKillsItselfHasAStatus() {
        assertThat(run("kill -KILL $$")).isEqualTo(137);
    }

    @Test
    void aTimeOutKillsTheWholeProcessGroup() {
        StepFailure failure = catchThrowableOfType(
                StepFailure.class,
                () -> bench.run(
                        id,
                        "trap '' TERM; sleep 1000 & echo $!; sleep 1000; echo on",
                        ledger,
                        heard,
                        Duration.ofSeconds(1),
                        () -> false));

        assertThat(failure.reason()).isEqualTo(Reason.TIMED_OUT);
        assertThat(failure).hasMessageContaining("was killed and is gone");
        assertThat(DurableBench.runs(heard.out())).isFalse();
        Path place = DurableBench.directory(ledger);
        ledger.close(true);
        Awaitility.await().until(() -> !Files.exists(place));
    }

    @Test
    void cancellingKillsIt() {
        StepFailure failure = catchThrowableOfType(
                StepFailure.class,
                () -> bench.run(id, "echo $$; exec sleep 1000", ledger, heard, DurableBench.LONG, () -> heard.out()
                        .contains("\n")));

        assertThat(failure.reason()).isEqualTo(Reason.CANCELLED);
        assertThat(DurableBench.runs(heard.out())).isFalse();
    }

    @Test
    void whatNobodyFollowsAnyMoreCanBeEnded() {
        catchThrowableOfType(
                IllegalStateException.class,
                () -> bench.run(id, "echo $$; exec sleep 1000", ledger, heard, DurableBench.LONG, () -> {
                    if (heard.out().contains("\n")) {
                        throw new IllegalStateException("The server stops");
                    }
                    return false;
                }));
        assertThat(DurableBench.runs(heard.out())).isTrue();
        bench.newServer();
        String said = bench.wired
                .get(DurableCommands.class)
                .abandon(bench.target, false, ledger.recorded().orElseThrow());

        assertThat(said).contains("was killed and is gone");
        assertThat(DurableBench.runs(heard.out())).isFalse();
        assertThat(DurableBench.directory(ledger)).doesNotExist();
    }

    @Test
    void whatIsBeingClaimedIsEndedAsWhatItBecomes() throws Exception {
        run("true");
        Handle known = Handle.parse(ledger.handles.get(0));
        Process started = new ProcessBuilder("setsid", "sleep", "1000").start();
        Awaitility.await().until(() -> stat(started.pid())[2].equals(Long.toString(started.pid())));
        Path place = Files.createDirectory(directory.resolve("claimed"));
        Path state = place.resolve("state");
        new ProcessBuilder("mkfifo", state.toString()).start().waitFor();
        String handle = new Handle(known.boot(), place.toString(), java.util.Optional.empty()).toString();
        CompletableFuture<String> said = CompletableFuture.supplyAsync(
                () -> bench.wired.get(DurableCommands.class).abandon(bench.target, false, handle));
        // The first look finds nothing in it.
        openedForWriting(state).close();
        String running = known.boot() + " " + started.pid() + " " + started.pid() + " " + stat(started.pid())[19];
        Files.move(
                Files.writeString(place.resolve("new"), running + "\n%-40s\n".formatted("running")),
                state,
                StandardCopyOption.REPLACE_EXISTING,
                StandardCopyOption.ATOMIC_MOVE);

        assertThat(said.get()).contains("was killed and is gone");
        assertThat(started.isAlive()).isFalse();
        assertThat(place).doesNotExist();
    }

    /** The fields of /proc/PID/stat behind the name. */
    private static String[] stat(long pid) throws IOException {
        String line = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
        return line.substring(line.lastIndexOf(") ") + 2).split(" ");
    }

    @Test
    void whatIsEndedBeforeItWasStartedStartsNeverMore() throws Exception {
        Path place = directory.resolve("late");
        run("true");
        Handle known = Handle.parse(ledger.handles.get(0));
        MapLedger late = new MapLedger();
        late.record("ssh command", new Handle(known.boot(), place.toString(), java.util.Optional.empty()).toString());
        bench.wired
                .get(DurableCommands.class)
                .abandon(bench.target, false, late.recorded().orElseThrow());
        StepFailure failure = catchThrowableOfType(
                StepFailure.class, () -> bench.run(UUID.randomUUID(), bench.effect(), late, heard));

        assertThat(failure.reason()).isEqualTo(Reason.OUTCOME_UNKNOWN);
        assertThat(bench.effects()).isZero();
    }

    @Test
    void whatStaysBehindIsSweptAndWhatRunsIsNot() {
        run("true");
        Path place = DurableBench.directory(ledger);
        ledger.close(false);
        assertThat(place).isDirectory();
        DurableCommands commands = bench.wired.get(DurableCommands.class);
        commands.sweep(bench.target, false, ledger.recorded().orElseThrow());
        assertThat(place).doesNotExist();

        MapLedger running = new MapLedger();
        catchThrowableOfType(
                IllegalStateException.class,
                () -> bench.run(UUID.randomUUID(), "sleep 1000", running, heard, DurableBench.LONG, () -> {
                    if (running.handles.size() == 2) {
                        throw new IllegalStateException("The server stops");
                    }
                    return false;
                }));
        assertThatThrownBy(() ->
                        commands.sweep(bench.target, false, running.recorded().orElseThrow()))
                .isInstanceOf(StepFailure.Transient.class)
                .hasMessageContaining("is still there: its command has not ended");
        assertThat(DurableBench.directory(running)).isDirectory();
        commands.abandon(bench.target, false, running.recorded().orElseThrow());
        assertThat(DurableBench.directory(running)).doesNotExist();
    }

    @Test
    void backgroundProcessesAreNotWaitedForAndLiveOn() {
        long begin = System.nanoTime();
        assertThat(run("sleep 1000 & echo $!")).isZero();
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(30));
        ProcessHandle left =
                ProcessHandle.of(Long.parseLong(heard.out().strip())).orElseThrow();
        ledger.close(true);
        assertThat(left.isAlive()).isTrue();
        left.destroyForcibly();
    }
}
