package io.muster.remote.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.muster.remote.DurableCommands;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddedDurableTest extends DurableContract {

    private EmbeddedSshServer server;

    @Override
    SshServer server() throws Exception {
        server = new EmbeddedSshServer();
        server.loginShell =
                List.of("/usr/bin/env", "HOME=" + Files.createDirectory(directory.resolve("home")), "/bin/sh");
        return server;
    }

    @ParameterizedTest
    @ValueSource(strings = {"/bin/dash", "/bin/bash", "/bin/busybox ash", "/usr/bin/fish"})
    void runsUnderEveryLoginShell(String shell) throws Exception {
        List<String> argv = List.of(shell.split(" "));
        assumeTrue(Files.isExecutable(Path.of(argv.get(0))), shell + " is not installed");
        server.loginShell = Stream.concat(Stream.of("/usr/bin/env", "HOME=" + directory.resolve("home")), argv.stream())
                .toList();
        assertThat(run(bench.effect() + "echo \"it's $0\"; echo err >&2; exit 5"))
                .isEqualTo(5);
        assertThat(heard.out()).startsWith("it's ");
        assertThat(heard.err()).isEqualTo("err\n");
        assertThat(bench.effects()).isOne();
    }

    @Test
    void aHomeThatCannotBeWrittenIsPassedOver() {
        server.loginShell = List.of("/usr/bin/env", "HOME=/proc/none", "/bin/sh");
        assertThat(run("exit 6")).isEqualTo(6);
        assertThat(DurableBench.directory(ledger).toString()).startsWith("/var/tmp/muster-");
        ledger.close(true);
    }

    @Test
    void onAFullDiskNothingIsRunAndItSaysSo() throws Exception {
        assumeTrue(System.getProperty("user.name").equals("root"), "needs root: it mounts a file system that is full");
        String full = "mount -t tmpfs -o size=4k full /var/tmp && mount --rbind /var/tmp /tmp"
                + " && { head -c 4096 /dev/zero >/var/tmp/full; exec /bin/sh \"$@\"; }";
        server.loginShell = new ArrayList<>(List.of(
                "/usr/bin/env",
                "-u",
                "XDG_RUNTIME_DIR",
                "HOME=/proc/none",
                "unshare",
                "-m",
                "/bin/sh",
                "-c",
                full,
                "-"));
        StepFailure failure = failing("touch " + directory.resolve("touched"));

        assertThat(failure.reason()).isEqualTo(Reason.NO_SPACE);
        assertThat(failure)
                .hasMessageContaining("no place")
                .hasMessageContaining("/tmp/muster-0 (0 KiB free)")
                .hasMessageContaining("Nothing was run");
        assertThat(ledger.handles).isEmpty();
    }

    @Test
    void aRelativePlaceThatCannotBeWrittenIsSaidToBeFull() {
        assumeTrue(System.getProperty("user.name").equals("root"), "needs root: it mounts file systems");
        String full = "mount -t tmpfs -o size=4k full /var/tmp && mount --rbind /var/tmp /tmp && cd /proc"
                + " && { head -c 4096 /dev/zero >/var/tmp/full; exec /bin/sh \"$@\"; }";
        server.loginShell = new ArrayList<>(List.of(
                "/usr/bin/env",
                "-u",
                "XDG_RUNTIME_DIR",
                "HOME=/proc/none",
                "unshare",
                "-m",
                "/bin/sh",
                "-c",
                full,
                "-"));
        bench.place = "some/commands";
        StepFailure failure = failing("true");

        assertThat(failure.reason()).isEqualTo(Reason.NO_SPACE);
        assertThat(failure).hasMessageContaining("tried some/commands (");
    }

    /** Where nothing says whether a shell leads its session, setsid may fork, and what sshd waits for ends at once. */
    @Test
    void aHostWithoutProcRunsTheCommand() {
        assumeTrue(System.getProperty("user.name").equals("root"), "needs root: it hides /proc");
        server.loginShell = withoutProc("/bin/sh");

        assertThat(bench.run(id, "echo there; exit 5", Map.of(), ledger, heard, Duration.ofSeconds(30), () -> false))
                .isEqualTo(5);
        assertThat(heard.out()).isEqualTo("there\n");
        assertThat(heard.notes).isEmpty();
        ledger.close(true);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/bin/dash", "/bin/bash", "/bin/busybox"})
    void aHostWithoutProcEndsAllOfTheCommand(String shell) throws Exception {
        assumeTrue(System.getProperty("user.name").equals("root"), "needs root: it hides /proc");
        assumeTrue(Files.isExecutable(Path.of(shell)), shell + " is not installed");
        server.loginShell = withoutProc(shell);
        StepFailure failure = cancelled("sleep 1000 & echo $!; wait; echo on");

        assertThat(failure.reason()).isEqualTo(Reason.CANCELLED);
        assertThat(failure).hasMessageContaining("was killed and is gone");
        assertThat(DurableBench.runs(heard.out())).isFalse();
    }

    /** Only what leads a process group can be ended with all that it started. */
    @Test
    void whereNothingMakesAProcessGroupNobodySaysThatTheCommandIsGone() throws Exception {
        Path bin = Files.createDirectory(directory.resolve("bin"));
        for (String tool : "sh mkdir mkfifo dd sleep id wc cat tee tail rm sha256sum".split(" ")) {
            program(bin.resolve(tool), "exec " + Path.of("/usr/bin", tool).toRealPath() + " \"$@\"");
        }
        server.loginShell = List.of("/usr/bin/env", "PATH=" + bin, "/bin/sh");
        StepFailure failure = cancelled("sleep 1000 & echo $!; wait; echo on");
        boolean left = DurableBench.runs(heard.out());
        ProcessHandle.of(Long.parseLong(heard.out().strip())).ifPresent(ProcessHandle::destroyForcibly);

        assertThat(left).isTrue();
        assertThat(failure.reason()).isEqualTo(Reason.OUTCOME_UNKNOWN);
        assertThat(failure).hasMessageContaining("setsid").hasMessageContaining("may still run");
    }

    private StepFailure cancelled(String script) {
        return catchThrowableOfType(
                StepFailure.class,
                () -> bench.run(id, script, ledger, heard, DurableBench.LONG, () -> heard.out()
                        .contains("\n")));
    }

    private static List<String> withoutProc(String shell) {
        String sh = shell.endsWith("busybox") ? shell + " ash" : shell;
        // /bin/sh is that shell there too, for the scripts begin with it.
        return List.of(
                "setsid",
                "-w",
                "unshare",
                "-m",
                "/bin/sh",
                "-c",
                "mount --bind " + shell + " $(readlink -f /bin/sh) && mount -t tmpfs none /proc && exec " + sh
                        + " \"$@\"",
                "-");
    }

    /** After a power loss what was written last may not be there: the boot tells. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatWasCancelledAfterAPowerLossRunsNoMore(boolean stateIsThere) throws Exception {
        Path place = Files.createDirectory(directory.resolve("lost"));
        if (stateIsThere) {
            Files.createFile(place.resolve("state"));
        }
        fractionsAreRefused();

        assertThat(abandon("another-boot.1", place)).contains("was not running any more");
        assertThat(naps()).isZero();
        assertThat(place).doesNotExist();
    }

    @Test
    void aClaimThatDoesNotTellIsLookedAtForTenSecondsWhateverSleepTakes() throws Exception {
        run("true");
        Path place = Files.createDirectory(directory.resolve("silent"));
        fractionsAreRefused();
        String boot = Handle.parse(ledger.handles.get(0)).boot();

        assertThatThrownBy(() -> abandon(boot, place))
                .isInstanceOf(StepFailure.class)
                .hasMessageContaining("does not tell how far it came");
        assertThat(naps()).isEqualTo(10);
    }

    private String abandon(String boot, Path place) {
        return bench.wired
                .get(DurableCommands.class)
                .abandon(bench.target, false, new Handle(boot, place.toString(), Optional.empty()).toString());
    }

    /** A sleep that takes whole seconds only; it counts them, and takes none. */
    private void fractionsAreRefused() throws Exception {
        Path bin = Files.createDirectory(directory.resolve("bin"));
        program(bin.resolve("sleep"), "case $1 in *.*) exit 1;; esac\necho $1 >>" + directory + "/naps");
        server.path = bin;
    }

    private static void program(Path file, String text) throws Exception {
        Files.writeString(file, "#!/bin/sh\n" + text + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private long naps() throws Exception {
        Path naps = directory.resolve("naps");
        return Files.exists(naps) ? Files.readAllLines(naps).size() : 0;
    }
}
