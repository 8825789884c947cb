package io.muster.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rules for hosts. */
class InventoryHostRulesTest {

    @TempDir
    Path directory;

    @Test
    void aHostKeyWithTheHostsNameBeforeItIsRefused() {
        assertThat(base().with(
                                "host-keys: [\"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHA",
                                "host-keys: [\"apps-01 ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHA")
                        .violations())
                .containsExactly("inventory.yaml:18:23: environments.prod.hosts.apps-01.ssh.host-keys[0]: 'apps-01 "
                        + "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHA/069st8vm6UHPo1GkaVOPLNoJxBXOydsd…' is not "
                        + "allowed; expected: A public key as OpenSSH writes it: type, then base64, for example "
                        + "ssh-ed25519 AAAAC3…");
    }

    @Test
    void aHostKeyThatIsCutOffIsRefused() {
        assertThat(base().with("sdj94BIqhn\"]", "\"]").violations())
                .containsExactly("inventory.yaml:18:23: environments.prod.hosts.apps-01.ssh.host-keys[0]: this host "
                        + "key cannot be read as a public key; copy the line of ssh-keyscan without the host's "
                        + "name.");
    }

    @Test
    void aHostKeyThatIsNotBase64IsRefused() {
        assertThat(base().with("sdj94BIqhn\"]", "sdj94BIqhnA\"]").violations())
                .containsExactly("inventory.yaml:18:23: environments.prod.hosts.apps-01.ssh.host-keys[0]: this host "
                        + "key is not valid base64; copy the line of ssh-keyscan without the host's name.");
    }

    @Test
    void aHostKeyOfAnotherTypeThanItSaysIsRefused() {
        assertThat(base().with("[\"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHA", "[\"ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIHA")
                        .violations())
                .containsExactly("inventory.yaml:18:23: environments.prod.hosts.apps-01.ssh.host-keys[0]: this host "
                        + "key says it is ssh-rsa but holds a key of another type; copy the line of ssh-keyscan "
                        + "without the host's name.");
    }

    @Test
    void aHostWithoutAWayToLogInIsRefused() {
        assertThat(base().with("          private-key: secret:ssh\n          jump", "          jump")
                        .violations())
                .containsExactly("inventory.yaml:14:9: environments.prod.hosts.apps-01.ssh: has no way to log in; give "
                        + "private-key: secret:NAME, agent: true or password: secret:NAME.");
    }

    @Test
    void aPassphraseWithoutItsKeyIsRefused() {
        assertThat(base().with(
                                "          private-key: secret:ssh\n          jump",
                                "          password: secret:ssh\n          passphrase: secret:ssh\n          jump")
                        .violations())
                .containsExactly("inventory.yaml:14:9: environments.prod.hosts.apps-01.ssh: has a passphrase but no "
                        + "private-key that it belongs to; add the key or remove it.");
    }

    @Test
    void anUnknownJumpHostListsTheHosts() {
        assertThat(base().with("jump: bastion", "jump: baston").violations())
                .containsExactly("inventory.yaml:20:17: environments.prod.hosts.apps-01.ssh.jump: there is no host "
                        + "'baston' in this environment. Hosts: bastion, apps-01. Did you mean 'bastion'?");
    }

    @Test
    void aJumpThroughItselfIsRefused() {
        assertThat(base().with("jump: bastion", "jump: apps-01").violations())
                .containsExactly("inventory.yaml:20:17: environments.prod.hosts.apps-01.ssh.jump: jump hosts go in a "
                        + "circle: apps-01 -> apps-01; remove one of them.");
    }

    @Test
    void jumpsInACircleAreRefused() {
        assertThat(base().with("private-key: secret:ssh}", "private-key: secret:ssh, jump: apps-01}")
                        .violations())
                .containsExactly("inventory.yaml:20:17: environments.prod.hosts.apps-01.ssh.jump: jump hosts go in a "
                        + "circle: bastion -> apps-01 -> bastion; remove one of them.");
    }

    @Test
    void anUnknownNodeListsTheNodes() {
        assertThat(base().with("{node: proxima, vmid: 101}", "{node: proxma, vmid: 101}")
                        .violations())
                .containsExactly("inventory.yaml:22:21: environments.prod.hosts.apps-01.lxc.node: there is no node "
                        + "'proxma' in this environment. Nodes: proxima. Did you mean 'proxima'?");
    }

    @Test
    void aNodeInAnEnvironmentWithoutNodesIsRefused() {
        assertThat(base().with(
                                "    nodes:\n      proxima: {api: \"https://proxima.test:8006\", token-id: muster@pve!runbooks, token-secret: secret:token}\n",
                                "")
                        .with("        lxc: {node: proxima, vmid: 101}\n", "")
                        .violations())
                .containsExactly("inventory.yaml:10:21: environments.prod.hosts.bastion.lxc.node: there is no node "
                        + "'proxima' in this environment, which has no nodes.");
    }

    @Test
    void oneGuestIdOnOneNodeBelongsToOneHost() {
        assertThat(base().with("vmid: 101", "vmid: 100").violations())
                .containsExactly("inventory.yaml:22:36: environments.prod.hosts.apps-01.lxc.vmid: 100 is the vmid of "
                        + "host 'bastion' on node 'proxima' already; each guest has its own.");
    }

    @Test
    void aDockerCertificateWithoutItsKeyIsRefused() {
        assertThat(base().with("          private-key: secret:docker\n", "").violations())
                .containsExactly("inventory.yaml:23:9: environments.prod.hosts.apps-01.docker: has a certificate but "
                        + "no private-key; give both or neither.");
    }

    @Test
    void aDockerKeyWithoutItsCertificateIsRefused() {
        assertThat(base().with("          certificate: docker-client.pem\n", "").violations())
                .containsExactly("inventory.yaml:23:9: environments.prod.hosts.apps-01.docker: has a private-key but "
                        + "no certificate; give both or neither.");
    }

    @Test
    void aDockerSocketHasNoTls() {
        assertThat(base().with("tcp://127.0.0.3:2376", "unix:///var/run/docker.sock")
                        .violations())
                .containsExactly("inventory.yaml:24:21: environments.prod.hosts.apps-01.docker.endpoint: a unix socket "
                        + "has no TLS; remove trust, certificate and private-key, or use tcp://host:port.");
    }

    @Test
    void aDockerEndpointHasAPortInRange() {
        assertThat(base().with("tcp://127.0.0.3:2376", "tcp://127.0.0.3:99999").violations())
                .containsExactly("inventory.yaml:24:21: environments.prod.hosts.apps-01.docker.endpoint: "
                        + "'tcp://127.0.0.3:99999' has a port outside 1 to 65535.");
    }

    @Test
    void aDockerEndpointWithoutPortIsRefused() {
        assertThat(base().with("tcp://127.0.0.3:2376", "tcp://127.0.0.3").violations())
                .containsExactly("inventory.yaml:24:21: environments.prod.hosts.apps-01.docker.endpoint: "
                        + "'tcp://127.0.0.3' is not allowed; expected: ssh (the host's own SSH connection), "
                        + "ssh:///path (a socket of the host other than the default, over SSH), tcp://host:port, or "
                        + "unix:///path for a socket of the machine that Muster runs on.");
    }

    @Test
    void persistentStorageMustNotClimb() {
        assertThat(base().with("[/srv/persistent]", "[/srv/../etc]").violations())
                .containsExactly("inventory.yaml:28:30: environments.prod.hosts.apps-01.persistent-storage[0]: "
                        + "'/srv/../etc' contains '..' or '.'; write the path out without it.");
    }

    @Test
    void persistentStorageIsAbsolute() {
        assertThat(base().with("[/srv/persistent]", "[srv/persistent]").violations())
                .containsExactly("inventory.yaml:28:30: environments.prod.hosts.apps-01.persistent-storage[0]: "
                        + "'srv/persistent' is not allowed; expected: An absolute path without '..' and ':', "
                        + "for example /srv/persistent.");
    }

    private InventoryFixture example(String name) {
        try {
            return new InventoryFixture(directory, Files.readString(InventoryFixture.EXAMPLES.resolve(name)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aSocketOfTheServersOwnMachineIsTheEngineOfOneHost() {
        String socket = "docker: {endpoint: \"unix:///run/docker.sock\"}";
        InventoryFixture one = example("inventory.yaml").with("docker: {endpoint: ssh}", socket);
        assertThat(one.violations()).isEmpty();
        assertThat(one.with(
                                "          endpoint: tcp://192.0.2.13:2376\n          trust: [ca.pem]\n"
                                        + "          certificate: docker-client.pem\n"
                                        + "          private-key: secret:docker-key\n",
                                "          endpoint: unix:///run/docker.sock\n")
                        .violations())
                .singleElement()
                .asString()
                .contains(
                        "hosts.trial-01.docker.endpoint: is a socket of the machine that Muster itself runs on, and the engine of"
                                + " host 'apps-01' already; write `endpoint: ssh`");
    }

    @Test
    void aContainerThatMusterMakesIsNotTheServersOwnMachine() {
        assertThat(example("proxmox.yaml")
                        .with("docker: {endpoint: ssh}", "docker: {endpoint: \"unix:///run/docker.sock\"}")
                        .violations())
                .singleElement()
                .asString()
                .contains("hosts.core-01.docker.endpoint: is a socket of the machine", "which this container is not");
    }

    private InventoryFixture base() {
        return new InventoryFixture(directory);
    }

    @Test
    void anEngineOverSshHasNoTls() {
        assertThat(base().with("tcp://127.0.0.3:2376", "ssh").violations())
                .containsExactly(
                        "inventory.yaml:24:21: environments.prod.hosts.apps-01.docker.endpoint: an engine over "
                                + "SSH has no TLS; remove trust, certificate and private-key, or use tcp://host:port.");
    }
}
