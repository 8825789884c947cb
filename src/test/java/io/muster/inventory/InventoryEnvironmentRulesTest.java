package io.muster.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rules for environments, registries and monitoring. */
class InventoryEnvironmentRulesTest {

    @TempDir
    Path directory;

    @Test
    void selfApprovalWithoutADelayIsRefused() {
        assertThat(base().with("    trust: [ca.pem]", "    approval: self-after-delay")
                        .violations())
                .containsExactly("inventory.yaml:4:5: environments.prod.approval: self-after-delay needs a delay; "
                        + "write {mode: self-after-delay, delay: PT1H}.");
    }

    @Test
    void aSecondPersonNeedsNoDelay() {
        assertThat(base().with("    trust: [ca.pem]", "    approval: {mode: second-person, delay: PT1H}")
                        .violations())
                .containsExactly(
                        "inventory.yaml:4:5: environments.prod.approval: second-person has no delay; remove " + "it.");
    }

    @Test
    void aDelayOfNoTimeIsRefused() {
        assertThat(base().with("    trust: [ca.pem]", "    approval: {mode: self-after-delay, delay: PT0S}")
                        .violations())
                .containsExactly("inventory.yaml:4:47: environments.prod.approval.delay: 'PT0S' is no time at all; "
                        + "give more than zero.");
    }

    @Test
    void aResolverWithAPortOutOfRangeIsRefused() {
        assertThat(base().with("    trust: [ca.pem]", "    resolver: 127.0.0.1:99999")
                        .violations())
                .containsExactly("inventory.yaml:4:15: environments.prod.resolver: '127.0.0.1:99999' has a port "
                        + "outside 1 to 65535.");
    }

    @Test
    void aResolverIsAnAddress() {
        assertThat(base().with("    trust: [ca.pem]", "    resolver: dns.example.com")
                        .violations())
                .containsExactly("inventory.yaml:4:15: environments.prod.resolver: 'dns.example.com' is not allowed; "
                        + "expected: The DNS server that steps ask for names of this environment, as address or "
                        + "address:port (default port 53). Without it: the machine's own.");
    }

    @Test
    void aRegistryWithAUserButNoPasswordIsRefused() {
        assertThat(base().with(", password: secret:registry", "").violations())
                .containsExactly("inventory.yaml:6:7: environments.prod.registries['registry.test:5000']: has a "
                        + "username but no password; give both or neither.");
    }

    @Test
    void aRegistryWithAPortOutOfRangeIsRefused() {
        assertThat(base().with("registry.test:5000:", "registry.test:99999:").violations())
                .containsExactly("inventory.yaml:6:7: environments.prod.registries['registry.test:99999']: "
                        + "'registry.test:99999' has a port outside 1 to 65535.");
    }

    @Test
    void anUnknownMonitoringHostListsTheHosts() {
        assertThat(base().with("host: bastion", "host: monitoring-01").violations())
                .containsExactly("inventory.yaml:31:13: environments.prod.monitoring.host: there is no host "
                        + "'monitoring-01' in this environment. Hosts: bastion, apps-01.");
    }

    @Test
    void theTargetsDirectoryIsAbsolute() {
        assertThat(base().with("/etc/prometheus/targets", "/etc/./targets").violations())
                .containsExactly("inventory.yaml:32:26: environments.prod.monitoring.targets-directory: "
                        + "'/etc/./targets' contains '..' or '.'; write the path out without it.");
    }

    @Test
    void aCertificateFileThatIsNotThereIsRefused() {
        assertThat(base().with("    trust: [ca.pem]", "    trust: [cb.pem]").violations())
                .containsExactly("inventory.yaml:4:13: environments.prod.trust[0]: 'cb.pem' is not a file; looked for "
                        + "cb.pem.");
    }

    @Test
    void aCertificateFileThatIsADirectoryIsRefused() {
        assertThat(base().with("    trust: [ca.pem]", "    trust: [.]").violations())
                .containsExactly("inventory.yaml:4:13: environments.prod.trust[0]: '.' is not a file; looked for "
                        + "DIRECTORY.");
    }

    @Test
    void aFileWithoutCertificatesIsRefused() {
        assertThat(base().with("    trust: [ca.pem]", "    trust: [inventory.yaml]")
                        .violations())
                .containsExactly("inventory.yaml:4:13: environments.prod.trust[0]: 'inventory.yaml' holds no "
                        + "certificate; it needs a block that begins with -----BEGIN CERTIFICATE-----.");
    }

    private InventoryFixture base() {
        return new InventoryFixture(directory);
    }
}
