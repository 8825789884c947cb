package io.muster.remote.proxmox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.muster.inventory.Inventory;
import io.muster.inventory.SecretRef;
import io.muster.remote.HttpNetwork;
import io.muster.remote.ProxmoxNodes;
import io.muster.sandbox.proxmox.RunningProxmox;
import io.muster.step.StepFailure;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What no token may do goes with a ticket; a pinned certificate stands for its authority. */
class LoginTest {

    private static final String CONFIG = "/nodes/proxima/lxc/103/config";
    private static final Map<String, String> KEYCTL = Map.of("features", "nesting=1,keyctl=1");

    @TempDir
    Path directory;

    private HttpNetwork network;
    private RunningProxmox proxmox;
    private ProxmoxNodes nodes;

    @BeforeEach
    void begin() {
        network = new HttpNetwork(directory);
        network.names.put(RunningProxmox.NAME, List.of("127.0.0.1"));
        network.secrets.put("proxmox-token", RunningProxmox.SECRET);
        network.secrets.put("proxmox-password", RunningProxmox.PASSWORD);
        proxmox = new RunningProxmox(directory, network.authority);
        nodes = network.get(ProxmoxNodes.class);
    }

    @AfterEach
    void end() {
        proxmox.close();
        network.close();
    }

    private Inventory.Node node(Optional<String> fingerprint) {
        return new Inventory.Node(
                "proxima",
                proxmox.url(),
                "proxima",
                RunningProxmox.TOKEN_ID,
                new SecretRef("proxmox-token"),
                fingerprint.isPresent() ? List.of() : List.of(network.authority.pem()),
                Optional.of(new Inventory.Login(RunningProxmox.ROOT, new SecretRef("proxmox-password"))),
                fingerprint,
                Optional.empty());
    }

    private void keyctl() {
        nodes.send(network.environment(), node(Optional.empty()), "PUT", CONFIG, KEYCTL);
    }

    private String features() {
        return nodes.get(network.environment(), node(Optional.empty()), CONFIG, Map.of())
                .path("features")
                .asText();
    }

    private StepFailure refused() {
        return catchThrowableOfType(StepFailure.class, this::keyctl);
    }

    @Test
    void whatTakesRootInPersonGoesWithATicketAndALaterLoginIsMadeWhenItHasEnded() {
        keyctl();
        assertThat(features()).isEqualTo("nesting=1,keyctl=1");

        proxmox.endSessions();
        nodes.send(network.environment(), node(Optional.empty()), "PUT", CONFIG, Map.of("features", "fuse=1"));
        assertThat(features()).isEqualTo("fuse=1");
    }

    @Test
    void aTaskThatATicketStartedIsFollowedWithItToo() {
        List<String> log = new ArrayList<>();
        Map<String, String> form = Map.of(
                "vmid", "130",
                "ostemplate", RunningProxmox.TEMPLATE,
                "rootfs", "local:1",
                "features", "keyctl=1");

        String exit = nodes.perform(
                network.environment(),
                node(Optional.empty()),
                new ProxmoxNodes.Change("POST", "/nodes/proxima/lxc", form, "vzcreate", 130, false),
                log::add,
                Duration.ofSeconds(30),
                () -> false);

        assertThat(exit).isEqualTo("OK");
        assertThat(log.get(0)).contains(":vzcreate:130:root@pam:");
    }

    @Test
    void aWrongPasswordIsSaidWithoutItAndNothingIsChanged() {
        network.secrets.put("proxmox-password", "wr0ng");

        StepFailure failure = refused();

        assertThat(failure.reason()).isEqualTo("AuthenticationFailed");
        assertThat(failure)
                .hasMessageContaining("the login of root@pam")
                .hasMessageContaining("secret:proxmox-password")
                .hasMessageNotContaining("wr0ng");
        assertThat(features()).isEmpty();
    }

    @Test
    void aSecondFactorIsRefusedClearly() {
        proxmox.faults().wantSecondFactor();

        StepFailure failure = refused();

        assertThat(failure.reason()).isEqualTo("AuthenticationFailed");
        assertThat(failure).hasMessageContaining("wants a second factor");
    }

    @Test
    void theTokenIsUsedForAllElse() {
        network.secrets.remove("proxmox-password");

        nodes.send(network.environment(), node(Optional.empty()), "PUT", CONFIG, Map.of("memory", "256"));

        assertThat(refused().reason()).isEqualTo("SecretMissing");
    }

    @Test
    void aPinnedCertificateIsAcceptedAndNoOther() throws Exception {
        String right = fingerprint();
        assertThat(nodes.get(network.environment(), node(Optional.of(right)), "/version", Map.of())
                        .has("version"))
                .isTrue();

        String wrong = right.startsWith("00") ? right.replaceFirst("00", "11") : right.replaceFirst("..", "00");
        StepFailure failure = catchThrowableOfType(
                StepFailure.class,
                () -> nodes.get(network.environment(), node(Optional.of(wrong)), "/version", Map.of()));
        assertThat(failure.reason()).isEqualTo("CertificateUntrusted");
        assertThat(failure).hasMessageContaining(right).hasMessageContaining("not the pinned " + wrong);
    }

    private String fingerprint() throws Exception {
        byte[] pem = network.authority
                .server(RunningProxmox.NAME, List.of("127.0.0.1"))
                .certificatePem()
                .getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        var certificate =
                CertificateFactory.getInstance("X.509").generateCertificate(new java.io.ByteArrayInputStream(pem));
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
        return HexFormat.ofDelimiter(":").withUpperCase().formatHex(hash);
    }
}
