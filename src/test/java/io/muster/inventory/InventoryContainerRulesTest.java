package io.muster.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Containers, their classes, and what is learned of them, in the example of a Proxmox VE host. */
class InventoryContainerRulesTest {

    @TempDir
    Path directory;

    private InventoryFixture example;

    @BeforeEach
    void example() throws IOException {
        example = new InventoryFixture(directory, Files.readString(InventoryFixture.EXAMPLES.resolve("proxmox.yaml")));
    }

    @Test
    void whatAHostDoesNotSayComesFromItsClass() {
        ContainerSpec core = container("core-01");
        assertThat(core)
                .isEqualTo(
                        new ContainerSpec(
                                "core-01",
                                "",
                                "local:vztmpl/debian-12-standard_12.12-1_amd64.tar.zst",
                                "local-zfs",
                                16,
                                Optional.of(4),
                                8192,
                                512,
                                true,
                                List.of("nesting=1", "keyctl=1"),
                                new ContainerSpec.Network(
                                        "vmbr0", Optional.of(20), "192.0.2.21/24", Optional.of("192.0.2.1")),
                                List.of(new ContainerSpec.Mount(
                                        Optional.of("tank"), Optional.of(64), Optional.empty(), "/srv/persistent")),
                                true,
                                true,
                                List.of(
                                        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBa+PGTISJn67ow9HlUr3YSiHaCpm9bPKA72ciojvt3i operator")));
        assertThat(core.network().fixed()).contains("192.0.2.21");
        ContainerSpec experimental = container("experimental-01");
        assertThat(experimental.onboot()).isFalse();
        assertThat(experimental.network().fixed()).isEmpty();
        assertThat(experimental.mounts().get(0).path()).contains("/tank/experimental-01");
    }

    @Test
    void whatIsLearnedIsNotKnownUntilItIs() {
        Inventory.Environment homelab = environment();
        Inventory.Ssh ssh = homelab.hosts().get("core-01").ssh();
        assertThat(ssh.learned()).isTrue();
        assertThat(ssh.known()).isFalse();
        assertThat(ssh.completed("192.0.2.21", List.of("ssh-ed25519 AAAA")).known())
                .isTrue();
        assertThat(homelab.nodes().get("proxima").host()).contains("proxima");
    }

    @Test
    void aPinnedInventoryKeepsItAll() {
        Inventory read = example.read();
        assertThat(InventoryJson.read(read.source(), read.hash(), InventoryJson.write(read)))
                .isEqualTo(read);
    }

    @Test
    void aHostWithoutAddressAndKeysMustSayThatTheyAreLearned() {
        assertThat(changed(
                        "core-01:\n        ssh: {user: root, private-key: secret:ssh-key, learned: true}",
                        "core-01:\n        ssh: {user: root, private-key: secret:ssh-key}"))
                .containsExactlyInAnyOrder(
                        "hosts.core-01.ssh: key 'address' is missing; add it: The host's IP address or name, without a"
                                + " port; or learned: true for an LXC container.",
                        "hosts.core-01.ssh: pins nothing that the host could prove itself with; give host-keys:"
                                + " [\"ssh-ed25519 AAAA…\"] or, for host certificates, host-authorities; an LXC"
                                + " container's are learned with learned: true.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "host: proxima\\n| |hosts.core-01.ssh.learned: node 'proxima' has no host to learn this through;"
                        + " give it one (nodes.proxima.host: …), or give address and host-keys here.",
                "host: proxima\\n|host: core-01\\n|nodes.proxima.host: host 'core-01' is an LXC container;"
                        + " name the host that the node itself is.",
                "host: proxima\\n|host: proxma\\n|nodes.proxima.host: there is no host 'proxma' in this"
                        + " environment. Hosts: proxima, core-01, monitoring-01, experimental-01. Did you mean 'proxima'?",
                "lxc: {node: proxima, vmid: 201}\\n| |hosts.core-01.ssh.learned: only what an LXC container is can"
                        + " be learned through its node; give the host lxc: {node: …, vmid: …}, or address and host-keys.",
                "lxc: {node: proxima, vmid: 201}\\n| |hosts.core-01.container: the host has no lxc: {node: …,"
                        + " vmid: …}, so there is no node to make it on; add it.",
                "3i operator|3 operator|classes.core.ssh-public-keys[0]: this public key cannot be read as a public key; copy the line of a .pub file.",
                "vmid: 202|vmid: 201|hosts.monitoring-01.lxc.vmid: 201 is the vmid of host 'core-01' on node 'proxima'"
                        + " already; each guest has its own.",
                "monitoring:\\n        template|monitorin:\\n        template|classes.monitorin: this key is not"
                        + " allowed; expected: The class of an LXC container; the rule table container-class-placement"
                        + " says which services fit which class.",
                "template: local:vztmpl/debian-12-standard_12.12-1_amd64.tar.zst\\n| |hosts.core-01.container: key"
                        + " 'template' is missing here and in classes.core; add it.",
                "network: {bridge: vmbr0, vlan: 30, address: dhcp}|network: {bridge: vmbr0}|hosts.monitoring-01.container:"
                        + " key 'network.address' is missing here and in classes.monitoring; add it.",
                "class: monitoring|class: core|hosts.monitoring-01.container: key 'network.address' is missing here and"
                        + " in classes.core; add it.",
                "class: core\\n        lxc|lxc|hosts.core-01.container: the host has no class; give it one"
                        + " (core, monitoring, experimental).",
                "target: /srv/persistent|target: /srv/other|hosts.core-01.container.mounts[0].target: '/srv/other' is"
                        + " outside the host's persistent storage; add it to persistent-storage, or mount it there.",
                "target: /srv/persistent|target: /srv/other|hosts.core-01.persistent-storage[0]: '/srv/persistent' is on"
                        + " no mount of the container, so it would go with the container's root file system; add a mount"
                        + " with this target (container.mounts), or remove it.",
                "{storage: tank, size: 64GiB,|{storage: tank, path: /tank,|hosts.core-01.container.mounts[0]: has both"
                        + " storage and path; give storage and size for a volume, or path for a directory of the node.",
                "{storage: tank, size: 64GiB,|{storage: tank,|hosts.core-01.container.mounts[0]: has a storage but no size;"
                        + " give it, for example 32GiB.",
                "size: 64GiB|size: 500MiB|hosts.core-01.container.mounts[0].size: '500MiB' is not a whole number of GiB;"
                        + " give whole GiB, at least 1GiB.",
                "memory: 8GiB|memory: 8MiB|hosts.core-01.container.memory: '8MiB' is too little; give whole MiB, at least"
                        + " 16MiB.",
                "features: [nesting=1, keyctl=1]|features: [keyctl=1]|hosts.core-01.container: the host has docker, which"
                        + " an unprivileged container runs only with the feature nesting=1; add it to features (and"
                        + " keyctl=1).",
                "features: [nesting=1, keyctl=1]|features: [nested=1]|classes.core.features[0]: 'nested=1' is not allowed;"
                        + " expected: nesting=1, keyctl=1, fuse=1, mknod=1, force_rw_sys=1 (or =0), or"
                        + " mount=FSTYPE[;FSTYPE…].",
                "cores: 4|unprivileged: false|hosts.core-01.container: a core container is"
                        + " unprivileged: root in it must be nobody on the node; remove unprivileged: false, or give the"
                        + " host another class.",
                "192.0.2.21/24|192.0.2.21/33|hosts.core-01.container.network.address: '192.0.2.21/33' is no IPv4 address"
                        + " with a prefix length of 1 to 32; write for example 192.0.2.13/24, or dhcp.",
                "192.0.2.21/24|dhcp|hosts.core-01.container.network: has a gateway but no fixed address; remove the"
                        + " gateway, DHCP gives it.",
                "192.0.2.21/24|198.51.100.21/24|hosts.core-01.container.network: the gateway 192.0.2.1 is not in the"
                        + " network of 198.51.100.21/24; correct one of them.",
            })
    void whatIsWrongIsSaidWhereItStands(String old, String replacement, String violation) {
        assertThat(changed(line(old), replacement == null ? "# none\n" : line(replacement)))
                .contains(violation);
    }

    @Test
    void twoContainersOfOneAddressAndOneThatSshLooksForElsewhere() {
        assertThat(example.with(
                                "vmid: 202}\n        container:\n",
                                "vmid: 202}\n        container:\n          network: {address: 192.0.2.21/24}\n")
                        .with("secret:ssh-key, learned: true}", "secret:ssh-key, learned: true, address: 192.0.2.22}")
                        .violations())
                .anyMatch(text -> text.endsWith("hosts.monitoring-01.container.network: 192.0.2.21 is the address of"
                        + " container 'core-01' already; each has its own."))
                .anyMatch(text -> text.endsWith("hosts.core-01.container.network: the container gets the address"
                        + " 192.0.2.21, but ssh.address is 192.0.2.22; correct one of them."));
    }

    private List<String> changed(String old, String replacement) {
        return example.with(old, replacement).violations().stream()
                .map(text -> text.replaceFirst("^inventory.yaml:\\d+:\\d+: environments\\.homelab\\.", ""))
                .toList();
    }

    private static String line(String text) {
        return text.replace("\\n", "\n");
    }

    private ContainerSpec container(String host) {
        return environment().hosts().get(host).container().orElseThrow();
    }

    private Inventory.Environment environment() {
        return example.read().environment("homelab").orElseThrow();
    }
}
