package io.muster.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JailTest {

    private static final List<String> IDLE = List.of("/bin/sh", "-c", "trap 'exit 0' TERM; echo up; sleep 1000 & wait");

    @TempDir
    Path directory;

    private final List<Jail> jails = new ArrayList<>();

    @AfterEach
    void endAll() {
        for (int i = jails.size() - 1; i >= 0; i--) {
            jails.get(i).kill();
        }
    }

    @Test
    void commandsInsideSeeAPrivateRootAndTheirOwnProcessesOnly() throws Exception {
        Jail jail = started("one", IDLE);
        assertThat(run(jail, "id -u; hostname; cat /etc/hostname; test -e /work || test -e /boot || echo private"))
                .isEqualTo("0\none\none\nprivate\n");
        assertThat(run(jail, "cat /proc/1/cmdline | tr '\\0' ' '")).startsWith("/bin/sh -c trap");
        assertThat(Long.parseLong(run(jail, "echo $$").strip())).isLessThan(100);
    }

    @Test
    void aCommandCanEnterAsSoonAsTheStartHasReturned() throws Exception {
        Jail jail = jail("one", IDLE, List.of(), Optional.empty());
        for (int i = 0; i < 10; i++) {
            jail.start();
            assertThat(run(jail, "echo in")).isEqualTo("in\n");
            jail.kill();
        }
    }

    @Test
    void itsFilesAreBelowItsRootOnTheMachine() throws Exception {
        Jail jail = started("one", IDLE);
        run(jail, "echo kept >/opt/file");
        assertThat(jail.root().resolve("opt/file")).hasContent("kept");
    }

    @Test
    void nothingOfTheMachineCanBeWrittenNotEvenAfterMountingAgain() throws Exception {
        Path shared = Files.createDirectory(directory.resolve("shared"));
        Jail jail = jail("one", IDLE, List.of(new Jail.Bind(shared, "/mnt/shared", true)), Optional.empty());
        jail.start();
        assertThat(
                        run(
                                jail,
                                """
                for f in /usr/x /usr/bin/x /mnt/shared/x /etc/alternatives/x; do
                  (: >$f) 2>/dev/null && echo "wrote $f"
                done
                for m in /usr /mnt/shared /proc/sys; do
                  mount -o remount,bind,rw $m 2>/dev/null && echo "remounted $m"
                  umount -l $m 2>/dev/null && echo "unmounted $m"
                done
                (echo x >/proc/sys/kernel/core_pattern) 2>/dev/null && echo "wrote sysctl"
                mount -t proc proc /mnt 2>/dev/null && (echo x >/mnt/sys/kernel/core_pattern) 2>/dev/null && echo "fresh proc"
                ls -A / | grep old
                echo done
                """))
                .isEqualTo("done\n");
        assertThat(shared).isEmptyDirectory();
    }

    @Test
    void aWritableBindIsTheSameDirectory() throws Exception {
        Path shared = Files.createDirectory(directory.resolve("shared dir's"));
        Jail jail = jail("one", IDLE, List.of(new Jail.Bind(shared, "/data", false)), Optional.empty());
        jail.start();
        run(jail, "echo hello >/data/file");
        assertThat(shared.resolve("file")).hasContent("hello");
    }

    @Test
    void outputAndExitStatusAreKeptInFiles() {
        Jail jail =
                jail("one", List.of("/bin/sh", "-c", "echo out; echo err >&2; exit 7"), List.of(), Optional.empty());
        jail.start();
        await().until(() -> !jail.alive());
        assertThat(jail.exitCode()).hasValue(7);
        assertThat(jail.stdout()).hasContent("out");
        assertThat(jail.stderr()).hasContent("err");
    }

    @Test
    void aMissingCommandEndsWith127() {
        Jail jail = jail("one", List.of("/no/such/command"), List.of(), Optional.empty());
        jail.start();
        await().until(() -> !jail.alive());
        assertThat(jail.exitCode()).hasValue(127);
        assertThat(jail.stderr()).content().contains("/no/such/command");
    }

    @Test
    void stopAsksTheMainProcessFirstAndKillsAfterTheGrace() {
        Jail polite = started("polite", IDLE);
        polite.stop(Duration.ofSeconds(10));
        assertThat(polite.exitCode()).hasValue(0);

        Jail deaf = started("deaf", List.of("/bin/sh", "-c", "trap '' TERM; echo up; sleep 1000"));
        deaf.stop(Duration.ofMillis(100));
        assertThat(deaf.alive()).isFalse();
        assertThat(deaf.exitCode()).hasValue(137);
    }

    @Test
    void aJailOfTheSameDirectoryAdoptsTheRunningProcess() {
        Jail jail = started("one", IDLE);
        Jail adopted = jail("one", IDLE, List.of(), Optional.empty());
        assertThat(adopted.pid()).isEqualTo(jail.pid());
        assertThatThrownBy(adopted::start)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("running already");
        adopted.stop(Duration.ofSeconds(5));
        assertThat(jail.alive()).isFalse();
        assertThat(jail.exitCode()).hasValue(0);
        adopted.start();
        assertThat(adopted.alive()).isTrue();
    }

    @Test
    void aNestedJailIsSeenInItsParentAndEndsWithIt() throws Exception {
        Jail parent = started("parent", IDLE);
        Path volume = Files.createDirectories(parent.root().resolve("srv/persistent/notes"));
        Jail child = jail("child", IDLE, List.of(new Jail.Bind(volume, "/data", false)), Optional.of(parent));
        child.start();
        assertThat(run(child, "hostname; echo v >/data/f; cat /proc/1/cmdline | tr '\\0' ' '"))
                .startsWith("child\n/bin/sh");
        assertThat(run(parent, "cat /srv/persistent/notes/f")).isEqualTo("v\n");
        assertThat(run(parent, "cat /proc/[0-9]*/cmdline | tr '\\0' ' '")).contains("setup.sh");
        assertThat(run(parent, "for p in /proc/[0-9]*; do ls $p/root/work $p/root/boot 2>/dev/null; done"))
                .isEmpty();
        parent.kill();
        await().until(() -> !child.alive());
        assertThat(child.exitCode()).hasValue(137);
        assertThatThrownBy(child::start)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("parent");
    }

    @Test
    void theEnvironmentIsExactlyWhatWasGiven() throws Exception {
        Jail jail = started("one", IDLE);
        Process env = jail.exec(List.of("env"), Map.of("TOKEN", "a b\nc", "PATH", "/opt/bin:/usr/bin"), "/srv");
        assertThat(new String(env.getInputStream().readAllBytes(), StandardCharsets.UTF_8).split("\n"))
                .containsExactlyInAnyOrder(
                        "HOME=/root", "HOSTNAME=one", "LANG=C.UTF-8", "PATH=/opt/bin:/usr/bin", "TOKEN=a b", "c");
        assertThat(run(jail, "tr '\\0' '\\n' </proc/1/environ | sort"))
                .isEqualTo("GREETING=hi\nHOME=/root\nHOSTNAME=one\nLANG=C.UTF-8\n"
                        + "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n");
    }

    @Test
    void aPathThatLeadsNowhereIsTheCommandsOwnAffair() throws Exception {
        Jail jail = Jail.of(new Jail.Spec(
                directory.resolve("one"),
                "one",
                "127.0.0.1",
                Map.of(),
                List.of(),
                Optional.empty(),
                List.of("/bin/sh", "-c", "echo up; echo $PATH; /usr/bin/sleep 1000"),
                Map.of("PATH", "/nowhere"),
                "/"));
        jails.add(jail);
        jail.start();
        await().until(() -> Files.readString(jail.stdout()).equals("up\n/nowhere\n"));
        Process echo = jail.exec(List.of("/bin/echo", "in"), Map.of("PATH", "/nowhere"), "/");
        assertThat(echo.getInputStream().readAllBytes()).asString().isEqualTo("in\n");
        jail.kill();
        assertThat(jail.exitCode()).hasValue(137);
    }

    @Test
    void aSignalReachesTheWholeGroupOfACommand() throws Exception {
        Jail jail = started("one", IDLE);
        Process command = jail.exec(List.of("/bin/sh", "-c", "sleep 777 & echo started; wait"), Map.of(), "/");
        assertThat(command.getInputStream().read()).isEqualTo('s');
        jail.signalGroup(command, "KILL");
        assertThat(command.waitFor()).isEqualTo(137);
        await().until(() ->
                !run(jail, "cat /proc/[0-9]*/cmdline | tr '\\0' ' '").contains("sleep 777"));
    }

    @Test
    void linksThatAProcessLeftBehindAreNotWrittenThroughAtTheNextStart() throws Exception {
        Path outside = Files.createDirectory(directory.resolve("outside"));
        Jail jail = started("one", IDLE);
        jail.stop(Duration.ofSeconds(5));
        Path etc = jail.root().resolve("etc");
        Files.move(etc, jail.root().resolve("etc-old"));
        Files.createSymbolicLink(etc, outside);
        jail.start();
        assertThat(outside).isEmptyDirectory();
        assertThat(run(jail, "cat /etc/hostname")).isEqualTo("one\n");
    }

    private Jail started(String name, List<String> command) {
        Jail jail = jail(name, command, List.of(), Optional.empty());
        jail.start();
        // A TERM before its trap is set would be ignored, as for any first process.
        await().until(() -> Files.readString(jail.stdout()).contains("up"));
        return jail;
    }

    private Jail jail(String name, List<String> command, List<Jail.Bind> binds, Optional<Jail> parent) {
        Jail jail = Jail.of(new Jail.Spec(
                directory.resolve(name),
                name,
                "127.0.0.1",
                Map.of(),
                binds,
                parent,
                command,
                Map.of("GREETING", "hi"),
                "/"));
        jails.add(jail);
        return jail;
    }

    private static String run(Jail jail, String script) throws IOException {
        Process process = jail.exec(List.of("/bin/sh", "-c", script), Map.of(), "/");
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return out + new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
