package io.muster.remote.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

    /** Where nothing says whether a shell leads its session, setsid may fork, and what sshd waits for ends at once. */
    @Test
    void aHostWithoutProcRunsTheCommand() {
        assumeTrue(System.getProperty("user.name").equals("root"), "needs root: it hides /proc");
        server.loginShell = new ArrayList<>(List.of(
                "setsid",
                "-w",
                "unshare",
                "-m",
                "/bin/sh",
                "-c",
                "mount -t tmpfs none /proc && exec /bin/sh \"$@\"",
                "-"));

        assertThat(bench.run(id, "echo there; exit 5", Map.of(), ledger, heard, Duration.ofSeconds(30), () -> false))
                .isEqualTo(5);
        assertThat(heard.out()).isEqualTo("there\n");
        assertThat(heard.notes).isEmpty();
        ledger.close(true);
    }
}
