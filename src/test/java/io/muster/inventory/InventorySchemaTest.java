package io.muster.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the schema refuses, one test a keyword or form. */
class InventorySchemaTest {

    @TempDir
    Path directory;

    @Test
    void anUnknownKeyNamesTheNearestKnownOne() {
        assertThat(base().with("container: apps-01\n        volumes", "containr: apps-01\n        volumes")
                        .violations())
                .containsExactly(
                        "inventory.yaml:39:7: environments.prod.services.notes: key 'container' is missing; "
                                + "add it: The host it runs in; that host has a class and docker.",
                        "inventory.yaml:42:9: environments.prod.services.notes.containr: unknown key; did you "
                                + "mean 'container'? Known here: description, image, class, container, volumes, ports, "
                                + "env, secret-env, limits, restart, health, health-check, metrics, dependencies, "
                                + "labels, recovery, promotion, external, automation, backup, test-data, protected.");
    }

    @Test
    void anUnknownKeyLikeNoOtherIsToBeRemoved() {
        assertThat(base().with("    trust: [ca.pem]", "    colour: blue").violations())
                .containsExactly("inventory.yaml:4:5: environments.prod.colour: unknown key; remove it. Known here: "
                        + "description, approval, resolver, trust, registries, nodes, hosts, classes, monitoring, "
                        + "archive, backups, vantage, control, protected, services.");
    }

    @Test
    void aMergeKeyIsToBeWrittenOut() {
        assertThat(base().with("        class: core\n        lxc", "        <<: {class: core}\n        lxc")
                        .violations())
                .containsExactly(
                        "inventory.yaml:21:9: environments.prod.hosts.apps-01['<<']: unknown key; merge keys "
                                + "are not supported; write the entries out. Known here: ssh, class, lxc, container, docker, "
                                + "persistent-storage, protected.",
                        "inventory.yaml:37:20: environments.prod.services.database.container: host 'apps-01' "
                                + "has no class; give it one (core, monitoring, experimental) or name another host.",
                        "inventory.yaml:42:20: environments.prod.services.notes.container: host 'apps-01' has "
                                + "no class; give it one (core, monitoring, experimental) or name another host.");
    }

    @Test
    void aMissingKeyIsShownWithItsMeaning() {
        assertThat(base().with("          user: root\n", "").violations())
                .containsExactly("inventory.yaml:14:9: environments.prod.hosts.apps-01.ssh: key 'user' is missing; add "
                        + "it: The user to log in as.");
    }

    @Test
    void anotherVersionOfTheFormatIsRefused() {
        assertThat(base().with("version: 1", "version: 2").violations())
                .containsExactly("inventory.yaml:1:10: version: 2 is not allowed; expected: The version of this "
                        + "format: 1.");
    }

    @Test
    void noEnvironmentAtAllIsRefused() {
        assertThat(new InventoryFixture(directory, "version: 1\nenvironments: {}\n").violations())
                .containsExactly("inventory.yaml:2:15: environments: has too few entries; expected: The environments "
                        + "by name; a run works in exactly one.");
    }

    @Test
    void aWrongTypeSaysWhichOneIsExpected() {
        assertThat(base().with("port: 2222", "port: ssh").violations())
                .containsExactly("inventory.yaml:16:17: environments.prod.hosts.apps-01.ssh.port: 'ssh' where a whole "
                        + "number is expected: A TCP port, 1 to 65535.");
    }

    @Test
    void aListWhereAMappingIsExpected() {
        assertThat(base().with("        lxc: {node: proxima, vmid: 101}", "        lxc: [proxima, 101]")
                        .violations())
                .containsExactly("inventory.yaml:22:14: environments.prod.hosts.apps-01.lxc: a list where a mapping of "
                        + "keys to values is expected: The LXC container that this host is.");
    }

    @Test
    void textWhereAListIsExpected() {
        assertThat(base().with("persistent-storage: [/srv/persistent]", "persistent-storage: /srv/persistent")
                        .violations())
                .containsExactly("inventory.yaml:28:29: environments.prod.hosts.apps-01.persistent-storage: "
                        + "'/srv/persistent' where a list is expected: Absolute paths on this host whose "
                        + "content outlives a container; volumes of services belong below one of them.");
    }

    @Test
    void aNumberWhereTextIsExpectedIsToBeQuoted() {
        assertThat(base().with("user: root\n", "user: 1.10\n").violations())
                .containsExactly("inventory.yaml:17:17: environments.prod.hosts.apps-01.ssh.user: a number where text "
                        + "is expected; quote it: \"1.10\".");
    }

    @Test
    void anEmptyKeyIsToBeFilledOrRemoved() {
        assertThat(base().with("        lxc: {node: proxima, vmid: 101}", "        lxc:")
                        .violations())
                .containsExactly("inventory.yaml:22:13: environments.prod.hosts.apps-01.lxc: is empty; give a value or "
                        + "remove the key. Expected: The LXC container that this host is.");
    }

    @Test
    void aPortOutOfRangeIsRefused() {
        assertThat(base().with("port: 2222", "port: 65536").violations())
                .containsExactly("inventory.yaml:16:17: environments.prod.hosts.apps-01.ssh.port: 65536 is not "
                        + "allowed; expected: A TCP port, 1 to 65535.");
    }

    @Test
    void aValueOutsideAnEnumerationListsTheAllowedOnes() {
        assertThat(base().with("restart: unless-stopped", "restart: unles-stopped")
                        .violations())
                .containsExactly("inventory.yaml:48:18: environments.prod.services.notes.restart: 'unles-stopped' is "
                        + "not allowed; did you mean 'unless-stopped'? Allowed: no, on-failure, always, "
                        + "unless-stopped.");
    }

    @Test
    void aNameWithAForbiddenLetterIsRefused() {
        assertThat(base().with("      bastion:\n", "      \"bas tion\":\n").violations())
                .containsExactly(
                        "inventory.yaml:10:7: environments.prod.hosts['bas tion']: this key is not allowed; "
                                + "expected: A name of at most 63 lower-case letters, digits, '.', '_' and '-' that "
                                + "begins and ends with a letter or digit.",
                        "inventory.yaml:20:17: environments.prod.hosts.apps-01.ssh.jump: there is no host "
                                + "'bastion' in this environment. Hosts: bas tion, apps-01. Did you mean 'bas tion'?",
                        "inventory.yaml:31:13: environments.prod.monitoring.host: there is no host 'bastion' "
                                + "in this environment. Hosts: bas tion, apps-01. Did you mean 'bas tion'?");
    }

    @Test
    void aNameThatEndsInALineBreakIsRefused() {
        assertThat(base().with("      database:\n", "      \"database\\n\":\n")
                        .with("[database]", "[]")
                        .violations())
                .containsExactly("inventory.yaml:34:7: environments.prod.services['database\\u000a']: this key is not "
                        + "allowed; expected: A name of at most 63 lower-case letters, digits, '.', '_' and '-' "
                        + "that begins and ends with a letter or digit.");
    }

    @Test
    void anEmptyListOfHostKeysIsRefused() {
        assertThat(base().with(
                                "host-keys: [\"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHA/069st8vm6UHPo1GkaVOPLNoJxBXOydsdj94BIqhn\"]",
                                "host-keys: []")
                        .violations())
                .containsExactly("inventory.yaml:18:22: environments.prod.hosts.apps-01.ssh.host-keys: has too few "
                        + "entries; expected: The host's pinned public keys as OpenSSH writes them; any other "
                        + "key is refused. ssh-keyscan shows them; compare the fingerprint with the host "
                        + "itself.");
    }

    @Test
    void anEntryThatIsGivenTwiceIsRefused() {
        assertThat(base().with("[/srv/persistent]", "[/srv/persistent, /srv/other, /srv/persistent]")
                        .violations())
                .containsExactly("inventory.yaml:28:59: environments.prod.hosts.apps-01.persistent-storage[2]: is the "
                        + "same as entry 0; keep one of them.");
    }

    @Test
    void anEmptyReferenceIsRefused() {
        assertThat(base().with("jump: bastion", "jump: \"\"").violations())
                .containsExactly("inventory.yaml:20:17: environments.prod.hosts.apps-01.ssh.jump: is empty; expected: "
                        + "The name of another entry of this environment.");
    }

    @Test
    void anUnknownApprovalModeListsTheAllowedOnes() {
        assertThat(base().with("    trust: [ca.pem]", "    approval: second-persn")
                        .violations())
                .containsExactly("inventory.yaml:4:15: environments.prod.approval: 'second-persn' is not allowed; did "
                        + "you mean 'second-person'? Allowed: second-person, self-after-delay.");
    }

    @Test
    void anApprovalThatIsNeitherTextNorMappingIsRefused() {
        assertThat(base().with("    trust: [ca.pem]", "    approval: 3").violations())
                .containsExactly("inventory.yaml:4:15: environments.prod.approval: 3 where text or a mapping of keys "
                        + "to values is expected: Who approves a change: second-person (the default), or {mode: "
                        + "self-after-delay, delay: PT1H} for someone who works alone.");
    }

    @Test
    void anUnknownKeyInTheApprovalIsRefused() {
        assertThat(base().with(
                                "    trust: [ca.pem]",
                                "    approval: {mode: self-after-delay, dealy: PT1H, delay: PT1H}")
                        .violations())
                .containsExactly("inventory.yaml:4:40: environments.prod.approval.dealy: unknown key; did you mean "
                        + "'delay'? Known here: mode, delay.");
    }

    @Test
    void aSizeWithAnotherUnitIsRefused() {
        assertThat(base().with("256MiB", "256MB").violations())
                .containsExactly("inventory.yaml:47:26: environments.prod.services.notes.limits.memory: '256MB' is not "
                        + "allowed; expected: A size with its unit B, KiB, MiB or GiB, for example 256MiB.");
    }

    @Test
    void aDurationThatIsNotIso8601IsRefused() {
        assertThat(base().with("rto: PT15M", "rto: 15 minutes").violations())
                .containsExactly("inventory.yaml:53:25: environments.prod.services.notes.recovery.rto: '15 minutes' is "
                        + "not allowed; expected: An ISO-8601 duration in days, hours, minutes and seconds, for "
                        + "example PT15M or P1DT12H.");
    }

    @Test
    void moreCpusThanThereAreIsRefused() {
        assertThat(base().with("cpus: 0.5", "cpus: 5000").violations())
                .containsExactly("inventory.yaml:47:40: environments.prod.services.notes.limits.cpus: 5000 is not "
                        + "allowed; expected: A number of CPUs, 0.01 to 1024, for example 0.5.");
    }

    @Test
    void anAddressWithAPortIsRefused() {
        assertThat(base().with("address: 127.0.0.3\n", "address: 127.0.0.3:22\n")
                        .violations())
                .containsExactly("inventory.yaml:15:20: environments.prod.hosts.apps-01.ssh.address: '127.0.0.3:22' is "
                        + "not allowed; expected: The host's IP address or name, without a port.");
    }

    @Test
    void aVariableWithADashIsRefused() {
        assertThat(base().with("{TITLE: Notes}", "{TITLE-1: Notes}").violations())
                .containsExactly("inventory.yaml:45:15: environments.prod.services.notes.env.TITLE-1: this key is not "
                        + "allowed; expected: A variable's name: letters, digits and '_', not beginning with a "
                        + "digit.");
    }

    @Test
    void aKeyWithDotsIsQuotedInThePath() {
        assertThat(base().with("{username: muster,", "{user: muster,").violations())
                .containsExactly(
                        "inventory.yaml:6:7: environments.prod.registries['registry.test:5000']: has a "
                                + "password but no username; give both or neither.",
                        "inventory.yaml:6:28: environments.prod.registries['registry.test:5000'].user: "
                                + "unknown key; remove it. Known here: url, username, password, trust.");
    }

    @Test
    void aUrlOfAnotherSchemeIsRefused() {
        assertThat(base().with("\"http://127.0.0.3:8080/health\"", "\"ftp://127.0.0.3/health\"")
                        .violations())
                .containsExactly("inventory.yaml:49:23: environments.prod.services.notes.health.url: "
                        + "'ftp://127.0.0.3/health' is not allowed; expected: An http:// or https:// URL with a "
                        + "host.");
    }

    @Test
    void theProxmoxApiIsHttpsOnly() {
        assertThat(base().with("https://proxima.test:8006", "http://proxima.test:8006")
                        .violations())
                .containsExactly("inventory.yaml:8:22: environments.prod.nodes.proxima.api: 'http://proxima.test:8006' "
                        + "is not allowed; expected: An https:// URL with a host, for example "
                        + "https://proxima.example:8006.");
    }

    @Test
    void aTokenIdWithoutRealmIsRefused() {
        assertThat(base().with("muster@pve!runbooks", "muster").violations())
                .containsExactly("inventory.yaml:8:61: environments.prod.nodes.proxima.token-id: 'muster' is not "
                        + "allowed; expected: The API token's id, user@realm!token-name, for example "
                        + "muster@pve!runbooks.");
    }

    @Test
    void aPortOfAnotherFormIsRefused() {
        assertThat(base().with("[\"8080:8080\"]", "[\"8080-8090:8080\"]").violations())
                .containsExactly("inventory.yaml:44:17: environments.prod.services.notes.ports[0]: '8080-8090:8080' is "
                        + "not allowed; expected: [address:]host-port:container-port, for example 8080:8080 or "
                        + "127.0.0.1:8080:80.");
    }

    private InventoryFixture base() {
        return new InventoryFixture(directory);
    }
}
