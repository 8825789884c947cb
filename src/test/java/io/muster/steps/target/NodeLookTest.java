package io.muster.steps.target;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.muster.inventory.Inventory;
import io.muster.inventory.InventoryReader;
import io.muster.inventory.SecretRef;
import io.muster.remote.HttpNetwork;
import io.muster.remote.ProxmoxNodes;
import io.muster.remote.RawServer;
import io.muster.step.ByteSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Tokens that lack one thing each, of what the inventory example asks of its node. */
class NodeLookTest {

    private static final Set<NodeUse> ALL = Set.of(NodeUse.values());

    @TempDir
    Path directory;

    private HttpNetwork network;
    private Inventory.Environment homelab;
    private Inventory.Node proxima;
    /** Containers as the node lists them. */
    private String there = "";

    @BeforeEach
    void begin() throws IOException {
        network = new HttpNetwork(directory);
        network.secrets.put("token", "s3cret");
        homelab = example("");
        proxima = homelab.nodes().get("proxima");
    }

    @AfterEach
    void end() {
        network.close();
    }

    /** @param login what stands for the node's login by password */
    private Inventory.Environment example(String login) throws IOException {
        String yaml = Files.readString(Path.of("docs/examples/proxmox.yaml"))
                .replaceFirst("\\n +encryption:\\n.*\\n.*", "")
                .replace(
                        "- {name: config, type: config,",
                        "- {name: whole, type: vzdump, storage: vault}\n"
                                + "            - {name: config, type: config,");
        String other = login.isEmpty() ? yaml : yaml.replaceAll("\\n +user: root@pam\\n +password: .*", login);
        Files.copy(Path.of("docs/examples/ca.pem"), directory.resolve("ca.pem"));
        try {
            return InventoryReader.withoutSecrets()
                    .read(Files.writeString(directory.resolve("inventory.yaml"), other))
                    .environment("homelab")
                    .orElseThrow();
        } finally {
            Files.delete(directory.resolve("ca.pem"));
        }
    }

    private static String json(Map<String, Set<String>> rights) {
        Map<String, Map<String, Integer>> answer = new TreeMap<>();
        rights.forEach((path, privileges) -> answer.put(
                path, privileges.stream().collect(Collectors.toMap(privilege -> privilege, privilege -> 0))));
        try {
            return new ObjectMapper().writeValueAsString(Map.of("data", answer));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<Finding> look(Map<String, Set<String>> rights, Set<NodeUse> also) throws IOException {
        try (RawServer server = new RawServer((request, out) -> out.write(RawServer.whole(
                "200 OK",
                request.startsWith("GET /api2/json/access/permissions ")
                        ? json(rights)
                        : request.startsWith("GET /api2/json/version ")
                                ? "{\"data\":{\"version\":\"8.4.1\"}}"
                                : request.startsWith("GET /api2/json/nodes/proxima/lxc ")
                                        ? "{\"data\":[" + there + "]}"
                                        : "{\"data\":[]}")))) {
            Inventory.Node node = new Inventory.Node(
                    proxima.name(),
                    server.url(),
                    proxima.node(),
                    proxima.tokenId(),
                    new SecretRef("token"),
                    List.of(),
                    proxima.login(),
                    Optional.empty(),
                    Optional.empty());
            return new NodeLook(network.get(ProxmoxNodes.class))
                    .look(
                            homelab,
                            node,
                            new TargetCheck.Input(
                                    null,
                                    Duration.ofSeconds(20),
                                    new ByteSize(1),
                                    Duration.ofSeconds(5),
                                    List.copyOf(also)));
        }
    }

    private Finding of(String check, List<Finding> findings) {
        return findings.stream()
                .filter(finding -> finding.check().equals(check))
                .findFirst()
                .orElseThrow();
    }

    private Map<String, Set<String>> needed(Set<NodeUse> also) {
        return NodeNeeds.of(homelab, proxima, "8.4.1", also);
    }

    @TestFactory
    Stream<DynamicTest> aTokenThatLacksOneIsToldWhichAndWhere() {
        Map<String, Set<String>> all = needed(ALL);
        return all.entrySet().stream().flatMap(entry -> entry.getValue().stream()
                .map(privilege -> DynamicTest.dynamicTest(privilege + " on " + entry.getKey(), () -> {
                    Map<String, Set<String>> rights = new TreeMap<>(all);
                    Set<String> fewer = new TreeSet<>(entry.getValue());
                    fewer.remove(privilege);
                    rights.put(entry.getKey(), fewer);

                    Finding finding = of("Token permissions", look(rights, ALL));
                    assertThat(finding.ok()).isFalse();
                    assertThat(finding.found()).isEqualTo("without " + privilege + " on " + entry.getKey());
                    assertThat(finding.advice()).contains(proxima.tokenId());
                })));
    }

    @Test
    void aTokenWithAllIsReady() throws IOException {
        assertThat(of("Token permissions", look(needed(ALL), ALL)).ok()).isTrue();
        assertThat(of("Token permissions", look(needed(Set.of()), Set.of())).ok())
                .isTrue();
    }

    @Test
    void whatServicesBackUpThroughTheNodeAsksForItsBackup() {
        Map<String, Set<String>> needs = needed(Set.of());
        assertThat(needs.get("/vms/201")).contains("VM.Backup").doesNotContain("VM.Snapshot");
        assertThat(needs.get("/vms/203")).doesNotContain("VM.Backup");
        assertThat(needs.get("/storage/vault")).containsExactlyInAnyOrder("Datastore.AllocateSpace", "Datastore.Audit");
    }

    @Test
    void whatOnesOwnRunbooksDoAsksForMoreOfEachContainer() {
        for (NodeUse use : NodeUse.values()) {
            Map<String, Set<String>> needs = needed(Set.of(use));
            for (String guest : List.of("/vms/201", "/vms/202", "/vms/203")) {
                assertThat(needs.get(guest)).containsAll(use.privileges());
            }
        }
        // The copy's number is known only then; it is looked for and read back.
        assertThat(needed(Set.of(NodeUse.CLONE)).get("/vms")).containsExactly("VM.Allocate", "VM.Audit");
    }

    @Test
    void whatNoTokenMayDoWantsRootsOwnLogin() throws IOException {
        Finding with = of("Login by password", look(needed(ALL), ALL));
        assertThat(with.ok()).isTrue();
        assertThat(with.wanted())
                .contains("core-01 (keyctl=1)", "experimental-01 (keyctl=1, bind mount of /tank/experimental-01)");

        homelab = example("\n");
        proxima = homelab.nodes().get("proxima");
        Finding without = of("Login by password", look(needed(ALL), ALL));
        assertThat(without.ok()).isFalse();
        assertThat(without.found()).isEqualTo("none");
        assertThat(without.advice()).contains("user: root@pam");
    }

    @Test
    void whatWasMadeByHandWantsNoLogin() throws IOException {
        homelab = example("\n");
        proxima = homelab.nodes().get("proxima");
        there = "{\"vmid\":\"201\"}";
        Finding one = of("Login by password", look(needed(ALL), ALL));
        assertThat(one.ok()).isFalse();
        assertThat(one.wanted()).doesNotContain("core-01").contains("experimental-01 (keyctl=1");

        there = IntStream.of(201, 202, 203).mapToObj("{\"vmid\":%d}"::formatted).collect(Collectors.joining(","));
        Finding all = of("Login by password", look(needed(ALL), ALL));
        assertThat(all.ok()).isTrue();
        assertThat(all.found()).isEqualTo("none; the containers are there");
    }
}
