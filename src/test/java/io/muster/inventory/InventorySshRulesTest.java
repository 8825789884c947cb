package io.muster.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rules for how hosts are reached, and what is read of them. */
class InventorySshRulesTest {

    private static final String KEYS =
            "host-keys: [\"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHA/069st8vm6UHPo1GkaVOPLNoJxBXOydsdj94BIqhn\"]";
    private static final String AUTHORITY =
            "[\"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHA/069st8vm6UHPo1GkaVOPLNoJxBXOydsdj94BIqhn ca\"]";
    private static final String SSH = "environments.prod.hosts.apps-01.ssh";

    @TempDir
    Path directory;

    private InventoryFixture base() {
        return new InventoryFixture(directory);
    }

    private static String lines(String... lines) {
        return String.join("\n          ", lines);
    }

    @Test
    void everythingIsRead() {
        Inventory.Ssh ssh = base().with(
                        KEYS,
                        lines(
                                "host-authorities: " + AUTHORITY,
                                "host-principal: apps-01.example.com",
                                "agent: /run/agent.sock",
                                "sudo-password: secret:sudo",
                                "login-timeout: PT2M"))
                .read()
                .environments()
                .get("prod")
                .hosts()
                .get("apps-01")
                .ssh();

        assertThat(ssh.hostKeys()).isEmpty();
        assertThat(ssh.hostAuthorities())
                .containsExactly("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHA/069st8vm6UHPo1GkaVOPLNoJxBXOydsdj94BIqhn");
        assertThat(ssh.hostPrincipal()).contains("apps-01.example.com");
        assertThat(ssh.agent()).contains(new Inventory.Agent(Optional.of("/run/agent.sock")));
        assertThat(ssh.sudoPassword()).contains(new SecretRef("sudo"));
        assertThat(ssh.loginTimeout()).contains(Duration.ofMinutes(2));
    }

    @Test
    void anAgentAloneIsAWayIn() {
        Inventory inventory = base().with(
                        "          private-key: secret:ssh\n          jump", "          agent: true\n          jump")
                .read();

        assertThat(inventory
                        .environments()
                        .get("prod")
                        .hosts()
                        .get("apps-01")
                        .ssh()
                        .agent())
                .contains(new Inventory.Agent(Optional.empty()));
    }

    @Test
    void anAgentThatIsSwitchedOffIsNone() {
        assertThat(violations(
                        "          private-key: secret:ssh\n          jump", "          agent: false\n          jump"))
                .containsExactly(
                        "inventory.yaml:14:9: " + SSH + ": has no way to log in; give private-key: secret:NAME,"
                                + " agent: true or password: secret:NAME.");
    }

    @Test
    void anAgentsSocketIsAnAbsolutePath() {
        assertThat(violations(KEYS, lines(KEYS, "agent: agent.sock")))
                .containsExactly(
                        "inventory.yaml:19:18: " + SSH + ".agent: the path of the agent's socket is not an absolute"
                                + " path; begin it with '/'; write it in full, or true for the one that SSH_AUTH_SOCK names.");
    }

    @Test
    void aHostThatPinsNothingIsRefused() {
        assertThat(violations(KEYS, "login-timeout: PT30S"))
                .containsExactly(
                        "inventory.yaml:14:9: " + SSH + ": pins nothing that the host could prove itself with; give"
                                + " host-keys: [\"ssh-ed25519 AAAA…\"] or, for host certificates, host-authorities; an LXC container's are"
                                + " learned with learned: true.");
    }

    @Test
    void aPrincipalWithoutAnAuthorityIsRefused() {
        assertThat(violations(KEYS, lines(KEYS, "host-principal: apps")))
                .containsExactly("inventory.yaml:14:9: " + SSH + ": has a host-principal but no host-authorities whose"
                        + " certificates could be for it; add the authority's key or remove it.");
    }

    @Test
    void anAuthorityThatIsNoKeyIsRefused() {
        assertThat(violations(KEYS, lines(KEYS, "host-authorities: [\"ssh-ed25519 AAAA\"]")))
                .containsExactly(
                        "inventory.yaml:19:30: " + SSH + ".host-authorities[0]: this authority's key cannot be read"
                                + " as a public key; copy what is in its .pub file.");
    }

    @Test
    void aLoginTimeOfNothingAndASecretInTheClearAreRefusedTogether() {
        assertThat(violations(KEYS, lines(KEYS, "login-timeout: PT0S", "sudo-password: hunter2")))
                .hasSize(2)
                .anyMatch(text -> text.contains(SSH + ".login-timeout: 'PT0S' is no time at all"))
                .anyMatch(text -> text.contains(SSH + ".sudo-password") && !text.contains("hunter2"));
    }

    private List<String> violations(String old, String replacement) {
        return base().with(old, replacement).violations();
    }
}
