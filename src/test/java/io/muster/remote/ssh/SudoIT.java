package io.muster.remote.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.muster.remote.SshHosts;
import io.muster.remote.Wired;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The machine's own sudo, asked by a user that exists for the length of a test. */
@Timeout(60)
class SudoIT {

    private static final String USER = "muster-sudo";
    private static final String PASSWORD = "it's \\ \"$HOME\" `id` %s needle";
    private static final Path RULE = Path.of("/etc/sudoers.d/muster-test");

    @TempDir
    Path directory;

    private final Wired wired = new Wired();
    private SshServer server;

    @BeforeEach
    void user() throws Exception {
        assumeTrue(
                System.getProperty("user.name").equals("root")
                        && Files.isExecutable(OpenSshServer.BINARY)
                        && Files.isExecutable(Path.of("/usr/bin/sudo")),
                "No user can be made here to ask sudo; root, and `apt-get install openssh-server sudo`, let this test run");
        Tool.run("useradd", "--no-create-home", "--home-dir", "/", "--shell", "/bin/sh", USER);
        Tool.run(Map.of(), USER + ":" + PASSWORD + "\n", "chpasswd");
        for (Path path = directory; path.startsWith("/tmp/"); path = path.getParent()) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        server = new OpenSshServer(directory);
        Files.setPosixFilePermissions(
                directory.resolve("authorized_keys"), PosixFilePermissions.fromString("rw-r--r--"));
        wired.secrets.put("key", server.privateKey());
        wired.secrets.put("sudo", PASSWORD);
    }

    @AfterEach
    void noUser() throws Exception {
        wired.close();
        if (server != null) {
            server.close();
            Files.deleteIfExists(RULE);
            Tool.run("userdel", "--force", USER);
        }
    }

    private static void allow(String rule) throws Exception {
        Files.writeString(RULE, rule.replace("USER", USER) + "\n");
        Files.setPosixFilePermissions(RULE, PosixFilePermissions.fromString("r--r-----"));
    }

    private Access access() {
        return new Access(server.port(), USER).hostKey(server.hostKey()).key("key");
    }

    private int run(Access access, String script, Printed printed) {
        return wired.get(SshHosts.class)
                .run(access.target(), script, Map.of("A", "b c"), true, printed, Duration.ofSeconds(30), () -> false);
    }

    private StepFailure refused(Access access) {
        StepFailure failure =
                catchThrowableOfType(StepFailure.class, () -> run(access, "echo ran >" + ran(), new Printed()));
        assertThat(failure.reason()).as(failure.getMessage()).isEqualTo(Reason.PERMISSION_DENIED);
        assertThat(failure).hasMessageContaining("Nothing was run").hasMessageNotContaining("needle");
        assertThat(ran()).doesNotExist();
        return failure;
    }

    private Path ran() {
        return directory.resolve("ran");
    }

    @Test
    void becomesRootByThePassword() throws Exception {
        allow("USER ALL=(root) ALL");
        Printed printed = new Printed();

        assertThat(run(access().sudoPassword("sudo"), "id -u; echo \"$A\"; cat; exit 5", printed))
                .isEqualTo(5);
        assertThat(printed.out()).isEqualTo("0\nb c\n");
        assertThat(printed.err()).isEmpty();
        assertThat(run(access().sudoPassword("sudo"), "exit 6", printed)).isEqualTo(6);
    }

    @Test
    void becomesRootWhereThePasswordIsNotAskedFor() throws Exception {
        allow("USER ALL=(root) NOPASSWD: /bin/sh");
        Printed printed = new Printed();

        assertThat(run(access().sudoPassword("sudo"), "id -u", printed)).isZero();
        assertThat(printed.out()).isEqualTo("0\n");
        assertThat(run(access(), "exit 3", printed)).isEqualTo(3);
    }

    @Test
    void thePasswordIsInNoProcessListAndNoEnvironment() throws Exception {
        allow("USER ALL=(root) ALL");
        Printed printed = new Printed();
        String look = "cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n'; set";
        run(access().sudoPassword("sudo"), look, printed);

        assertThat(printed.out()).contains("sudo").doesNotContain("needle");
    }

    @Test
    void aWrongPasswordIsRefusedAfterOneAttempt() throws Exception {
        allow("USER ALL=(root) ALL");
        wired.secrets.put("sudo", "wrong needle");

        assertThat(refused(access().sudoPassword("sudo")))
                .hasMessageContaining("1 incorrect password attempt")
                .hasMessageContaining("sudo does not take the password secret:sudo");
    }

    @Test
    void aMissingPasswordIsAskedForInTheInventory() throws Exception {
        allow("USER ALL=(root) ALL");

        assertThat(refused(access())).hasMessageContaining("give the password as `sudo-password: secret:NAME`");
    }

    @Test
    void whoMayNotIsToldTheRuleThatIsMissing() throws Exception {
        assertThat(refused(access().sudoPassword("sudo")))
                .hasMessageContaining("not in the sudoers file")
                .hasMessageContaining("`" + USER + " ALL=(root) /bin/sh`");
    }

    @Test
    void aSudoThatWantsATerminalIsNamed() throws Exception {
        allow("Defaults:USER requiretty\nUSER ALL=(root) ALL");

        assertThat(refused(access().sudoPassword("sudo"))).hasMessageContaining("remove `requiretty`");
    }

    @Test
    void whatRunsAsRootCanBeEnded() throws Exception {
        allow("USER ALL=(root) ALL");
        Printed printed = new Printed();
        StepFailure failure = catchThrowableOfType(StepFailure.class, () -> wired.get(SshHosts.class)
                .run(
                        access().sudoPassword("sudo").target(),
                        "echo $$; sleep 1000; :",
                        Map.of(),
                        true,
                        printed,
                        Duration.ofSeconds(3),
                        () -> false));

        assertThat(failure.reason()).as(failure.getMessage()).isEqualTo(Reason.TIMED_OUT);
        assertThat(ProcessHandle.of(Long.parseLong(printed.out().strip())).filter(ProcessHandle::isAlive))
                .isEmpty();
    }
}
