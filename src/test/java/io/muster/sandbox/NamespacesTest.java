package io.muster.sandbox;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NamespacesTest {

    @TempDir
    Path machine;

    @Test
    void aMachineThatAllowsThemPasses() {
        assertThatCode(Namespaces::check).doesNotThrowAnyException();
    }

    @Test
    void aMissingToolIsNamedWithItsPackage() {
        assertThatThrownBy(() -> probe("/no/such/unshare"))
                .isInstanceOf(Namespaces.NamespacesUnavailable.class)
                .hasMessageContainingAll("unshare", "util-linux", "MUSTER_INVENTORY");
    }

    @Test
    void theSwitchThatForbidsThemIsNamedWithTheCommandThatAllowsThem() throws IOException {
        setting("sys/kernel/apparmor_restrict_unprivileged_userns", "1");
        refused("sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0");
        setting("sys/user/max_user_namespaces", "0");
        refused("sudo sysctl -w user.max_user_namespaces=15000");
        setting("sys/kernel/unprivileged_userns_clone", "0");
        refused("sudo sysctl -w kernel.unprivileged_userns_clone=1");
    }

    @Test
    void aContainerIsToldHowToBeStarted() throws IOException {
        refused("No sysctl says why");
        Files.createFile(machine.resolve(".dockerenv"));
        refused("--security-opt seccomp=unconfined");
    }

    private void refused(String remedy) throws IOException {
        Path refusing = machine.resolve("unshare");
        Files.writeString(refusing, "echo 'unshare: unshare failed: Operation not permitted'; exit 1\n");
        assertThatThrownBy(() -> probe("/bin/sh", refusing.toString()))
                .isInstanceOf(Namespaces.NamespacesUnavailable.class)
                .hasMessageContainingAll(
                        "does not allow user " + System.getProperty("user.name"),
                        "Operation not permitted",
                        remedy,
                        "MUSTER_INVENTORY");
    }

    private void probe(String... unshare) {
        new Namespaces(machine.resolve("proc"), machine, List.of(unshare)).probe();
    }

    private void setting(String name, String value) throws IOException {
        Path file = machine.resolve("proc").resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, value + "\n");
    }
}
