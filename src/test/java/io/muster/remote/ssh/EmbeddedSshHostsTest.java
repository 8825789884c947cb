package io.muster.remote.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.muster.inventory.Inventory;
import io.muster.inventory.SecretRef;
import io.muster.remote.SshHosts;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.sshd.server.auth.keyboard.DefaultKeyboardInteractiveAuthenticator;
import org.apache.sshd.server.auth.keyboard.UserAuthKeyboardInteractiveFactory;
import org.apache.sshd.server.auth.password.UserAuthPasswordFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EmbeddedSshHostsTest extends SshHostsContract {

    @Override
    SshServer server() throws IOException {
        return new EmbeddedSshServer();
    }

    private EmbeddedSshServer embedded() {
        return (EmbeddedSshServer) server;
    }

    static Stream<List<String>> loginShells() {
        return Stream.of(
                        List.of("/bin/dash"),
                        List.of("/bin/bash"),
                        List.of("/bin/busybox", "ash"),
                        List.of("/usr/bin/fish"),
                        List.of("/bin/tcsh"),
                        List.of("/bin/zsh"))
                .filter(shell -> Files.isExecutable(Path.of(shell.get(0))));
    }

    @ParameterizedTest
    @MethodSource("loginShells")
    void worksWhateverTheLoginShell(List<String> shell) {
        embedded().loginShell = shell;
        Printed printed = new Printed();
        int status = hosts.run(
                target,
                "echo \"$A\" '!x'\nexit 9",
                Map.of("A", "it's\n\\n!\t\"$HOME\""),
                false,
                printed,
                LONG,
                () -> false);

        assertThat(printed.out()).isEqualTo("it's\n\\n!\t\"$HOME\" !x\n".replace("\\n", echoed()));
        assertThat(status).isEqualTo(9);
    }

    /** Where /bin/sh is dash, its echo turns the two characters into a line break. */
    private String echoed() {
        Printed printed = new Printed();
        run("echo 'a\\nb'", printed);
        return printed.out().strip().substring(1).replace("b", "");
    }

    @Test
    void theCommandLineIsTheSameForEveryScript() {
        run("true", new Printed());
        hosts.run(target, "false", Map.of("A", "b"), false, new Printed(), LONG, () -> false);

        assertThat(embedded().commands).hasSize(2).containsOnly(ShellScript.COMMAND);
    }

    @Test
    void whatAProfilePrintsIsNotTheScriptsOutput() throws IOException {
        Path shell = script("noisy-shell", "echo Welcome; echo Mind the gap >&2; exec /bin/sh \"$@\"");
        embedded().loginShell = List.of(shell.toString());
        Printed printed = new Printed();

        assertThat(run("echo here; echo there >&2", printed)).isZero();
        assertThat(printed.out()).isEqualTo("here\n");
        assertThat(printed.err()).isEqualTo("there\n");
    }

    @Test
    void aLoginShellThatRefusesIsAPermissionDenied() throws IOException {
        embedded().loginShell = List.of(script("nologin", "cat >/dev/null; echo This account is not available.; exit 1")
                .toString());
        StepFailure failure = failing(target, "true");

        assertThat(failure.reason()).isEqualTo(Reason.PERMISSION_DENIED);
        assertThat(failure).hasMessageContaining("This account is not available.");
    }

    @Test
    void sudoThatAsksForAPasswordIsAPermissionDeniedInItsOwnWords() throws IOException {
        script("id", "echo 1000");
        script("sudo", "cat >/dev/null; echo 'sudo: a password is required' >&2; exit 1");
        embedded().path = directory;
        StepFailure failure = org.assertj.core.api.Assertions.catchThrowableOfType(
                StepFailure.class, () -> hosts.run(target, "true", Map.of(), true, new Printed(), LONG, () -> false));

        assertThat(failure.reason()).isEqualTo(Reason.PERMISSION_DENIED);
        assertThat(failure).hasMessageContaining("sudo: a password is required").hasMessageContaining("NOPASSWD");
    }

    @Test
    void sudoRunsTheScriptWhereTheUserIsNotRoot() throws IOException {
        script("id", "echo 1000");
        script("sudo", "[ \"$1\" = -n ] || exit 1; shift; SUDO_USED=yes exec \"$@\"");
        embedded().path = directory;
        Printed printed = new Printed();
        int status =
                hosts.run(target, "echo $SUDO_USED $A; exit 3", Map.of("A", "b"), true, printed, LONG, () -> false);

        assertThat(printed.out()).isEqualTo("yes b\n");
        assertThat(status).isEqualTo(3);
    }

    @Test
    void rootNeedsNoSudo() throws IOException {
        script("id", "echo 0");
        script("sudo", "exit 99");
        embedded().path = directory;

        assertThat(hosts.run(target, "exit 2", Map.of(), true, new Printed(), LONG, () -> false))
                .isEqualTo(2);
    }

    @Test
    void logsInWithAPassword() {
        embedded().password = "correct horse";
        embedded().server().setUserAuthFactories(List.of(UserAuthPasswordFactory.INSTANCE));
        assertLogsInWithPassword();
    }

    @Test
    void answersAPromptWithThePassword() {
        embedded().password = "correct horse";
        embedded().server().setKeyboardInteractiveAuthenticator(DefaultKeyboardInteractiveAuthenticator.INSTANCE);
        embedded().server().setUserAuthFactories(List.of(UserAuthKeyboardInteractiveFactory.INSTANCE));
        assertLogsInWithPassword();
    }

    private void assertLogsInWithPassword() {
        Inventory.Ssh ssh = new Inventory.Ssh(
                "127.0.0.1",
                server.port(),
                "operator",
                List.of(server.hostKey()),
                Optional.empty(),
                Optional.empty(),
                Optional.of(new SecretRef("password")),
                Optional.empty());
        target = target(ssh);
        wired.secrets.put("password", "wrong");
        assertThat(failing(target, "true").reason()).isEqualTo(Reason.AUTHENTICATION_FAILED);
        wired.secrets.put("password", "correct horse");
        assertThat(run("exit 4", new Printed())).isEqualTo(4);
    }

    @Test
    void opensPrivateKeysInTheUsualFormats() throws Exception {
        KeyPair pair = embedded().userKey;
        wired.secrets.put("pkcs8", TestKeys.pkcs8(pair).strip());
        wired.secrets.put("closed", TestKeys.openSsh(pair, "open sesame").strip());
        wired.secrets.put("phrase", "open sesame");

        assertThat(statusWithKey("pkcs8", Optional.empty())).isEqualTo(1);
        assertThat(statusWithKey("closed", Optional.of("phrase"))).isEqualTo(1);
        wired.secrets.put("phrase", "open barley");
        StepFailure failure = failing(target(withKey("closed", "phrase2", Optional.of("phrase"))), "true");
        assertThat(failure.reason()).isEqualTo(Reason.AUTHENTICATION_FAILED);
        assertThat(failure).hasMessageContaining("passphrase secret:phrase").hasMessageNotContaining("barley");
    }

    private int statusWithKey(String key, Optional<String> phrase) {
        target = target(withKey(key, "operator", phrase));
        return run("exit 1", new Printed());
    }

    private Inventory.Ssh withKey(String key, String user, Optional<String> phrase) {
        return new Inventory.Ssh(
                "127.0.0.1",
                server.port(),
                user,
                List.of(server.hostKey()),
                Optional.of(new SecretRef(key)),
                phrase.map(SecretRef::new),
                Optional.empty(),
                Optional.empty());
    }

    @Test
    void jumpHostsInACircleAreRefused() {
        Inventory.Host one = host("one", ssh(1, server.hostKey(), Optional.of("two")));
        Inventory.Host two = host("two", ssh(2, server.hostKey(), Optional.of("one")));
        StepFailure failure = failing(
                new SshHosts.Target(
                        io.muster.remote.Environments.empty()
                                .host(one)
                                .host(two)
                                .build(),
                        one),
                "true");

        assertThat(failure).hasMessageContaining("one -> two -> one");
    }

    @Test
    void impossibleEnvironmentsAreAllNamedAtOnce() {
        StepFailure failure = org.assertj.core.api.Assertions.catchThrowableOfType(
                StepFailure.class,
                () -> hosts.run(
                        target, "true\0", Map.of("a-b", "", "C", "\0"), false, new Printed(), LONG, () -> false));

        assertThat(failure.reason()).isEqualTo(Reason.INVALID_INPUT);
        assertThat(failure)
                .hasMessageContaining("`a-b`")
                .hasMessageContaining("`C`")
                .hasMessageContaining("the script");
    }

    @Test
    void aHostWithoutProcEndsAllOfAScript() {
        assumeTrue(System.getProperty("user.name").equals("root"), "needs root: it hides /proc");
        embedded().loginShell =
                List.of("unshare", "-m", "/bin/sh", "-c", "mount -t tmpfs none /proc && exec /bin/sh \"$@\"", "-");
        Printed printed = new Printed();
        StepFailure failure = catchThrowableOfType(
                StepFailure.class,
                () -> hosts.run(
                        target,
                        "sleep 1000 & echo $!; wait; echo on",
                        Map.of(),
                        false,
                        printed,
                        LONG,
                        () -> !printed.out().isEmpty()));

        assertThat(failure.reason()).isEqualTo(Reason.CANCELLED);
        assertThat(failure).hasMessageContaining("process group");
        assertGone(printed);
    }

    private Path script(String name, String content) throws IOException {
        Path file = Files.writeString(directory.resolve(name), "#!/bin/sh\n" + content + "\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
