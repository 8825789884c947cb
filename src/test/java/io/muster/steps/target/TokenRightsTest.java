package io.muster.steps.target;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.muster.inventory.Inventory;
import io.muster.inventory.InventoryReader;
import io.muster.steps.TokenRights;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TokenRightsTest {

    private static final Map<String, Set<String>> NEEDED = Map.of("/vms/104", Set.of("VM.Audit", "VM.Allocate"));

    private static Map<String, Set<String>> missing(String answer) {
        try {
            return new TokenRights(new ObjectMapper().readTree(answer)).missing(NEEDED);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @Test
    void aTokenWithoutAnyPermissionLacksEverything() {
        assertThat(missing("{}")).isEqualTo(NEEDED);
    }

    @Test
    void whatIsHeldOnThePathOrAboveItWithPropagationIsHeld() {
        assertThat(missing("{'/vms/104': {'VM.Audit': 0, 'VM.Allocate': 0}}".replace('\'', '"')))
                .isEmpty();
        assertThat(missing("{'/': {'VM.Audit': 1, 'VM.Allocate': 1}}".replace('\'', '"')))
                .isEmpty();
    }

    @Test
    void whatIsHeldAboveWithoutPropagationOrElsewhereIsNot() {
        assertThat(missing("{'/': {'VM.Audit': 1, 'VM.Allocate': 0}}".replace('\'', '"')))
                .isEqualTo(Map.of("/vms/104", Set.of("VM.Allocate")));
        assertThat(missing("{'/storage': {'VM.Audit': 1, 'VM.Allocate': 1}, '/vms/1': {'VM.Audit': 1}}"
                        .replace('\'', '"')))
                .isEqualTo(NEEDED);
    }

    @Test
    void aNearerEntryReplacesAFartherOne() {
        assertThat(missing("{'/': {'VM.Audit': 1, 'VM.Allocate': 1}, '/vms': {'VM.Audit': 1}}".replace('\'', '"')))
                .isEqualTo(Map.of("/vms/104", Set.of("VM.Allocate")));
    }

    @Test
    void whatIsNeededFollowsFromWhatTheInventoryAsksOfTheNode() {
        Inventory.Environment homelab = InventoryReader.withoutSecrets()
                .read(Path.of("docs/examples/proxmox.yaml"))
                .environment("homelab")
                .orElseThrow();
        Inventory.Node node = homelab.nodes().get("proxima");
        Map<String, Set<String>> needs = NodeNeeds.of(homelab, node, "8.4.1", Set.of());
        assertThat(needs.keySet())
                .contains("/vms/201", "/vms/202", "/vms/203", "/storage/tank", "/storage/local-zfs", "/storage/local")
                .contains("/sdn/zones/localnetwork/vmbr0/20", "/sdn/zones/localnetwork/vmbr1")
                .doesNotContain("/");
        assertThat(needs.get("/vms/201")).contains("VM.PowerMgmt", "VM.Allocate", "VM.Config.Options");
        assertThat(needs.get("/storage/tank")).containsExactlyInAnyOrder("Datastore.AllocateSpace", "Datastore.Audit");
        assertThat(needs.get("/storage/local")).containsExactly("Datastore.Audit");
        assertThat(NodeNeeds.of(homelab, node, "7.4", Set.of()).keySet()).noneMatch(path -> path.startsWith("/sdn"));
        assertThat(TokenRights.text(Map.of("/vms/1", Set.of("b", "a"), "/vms/2", Set.of("a", "b"), "/x", Set.of("c"))))
                .isEqualTo("a, b on /vms/1, /vms/2; c on /x");
    }
}
