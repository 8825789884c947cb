package io.muster.remote.proxmox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.muster.inventory.Inventory;
import io.muster.inventory.SecretRef;
import io.muster.remote.HttpNetwork;
import io.muster.remote.ProxmoxNodes;
import io.muster.remote.RawServer;
import io.muster.step.StepFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** What a real Proxmox VE answered, byte for byte: where its recordings are beside the project, they are replayed. */
class RecordedRefusalsTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Reason by the recording's number. */
    private static final Map<String, String> EXPECTED = new TreeMap<>();

    static {
        expect("AuthenticationFailed", "002", "003", "004", "005", "007", "009");
        expect("ProxmoxError", "017", "019", "057", "121", "161");
        expect("NotFound", "022", "023", "155");
        expect("HostUnreachable", "018");
        expect("InvalidInput", "020", "021", "110", "150", "157", "158", "159", "203");
        expect("Conflict", "032", "035", "038", "043", "046", "051", "089", "136", "143", "144", "149", "208");
        expect("PermissionDenied", "163", "164", "167", "177", "179", "186", "192", "199", "201");
    }

    @TempDir
    Path directory;

    private HttpNetwork network;

    private static void expect(String reason, String... recordings) {
        List.of(recordings).forEach(recording -> EXPECTED.put(recording, reason));
    }

    @BeforeEach
    void begin() {
        network = new HttpNetwork(directory);
        network.secrets.put("proxmox-token", "s3cret");
    }

    @AfterEach
    void end() {
        network.close();
    }

    @TestFactory
    Stream<DynamicTest> eachRefusalHasItsReason() throws IOException {
        List<Path> folders = Stream.of("../shared/proxmox/recordings", "../../shared/proxmox/recordings")
                .map(Path::of)
                .filter(Files::isDirectory)
                .toList();
        if (folders.isEmpty()) {
            return Stream.empty();
        }
        try (Stream<Path> files = Files.list(folders.get(0))) {
            return files.filter(file -> EXPECTED.containsKey(number(file))).sorted().toList().stream()
                    .map(file -> DynamicTest.dynamicTest(
                            file.getFileName().toString(), () -> replay(file, EXPECTED.get(number(file)))));
        }
    }

    private void replay(Path file, String reason) throws Exception {
        JsonNode response = JSON.readTree(file.toFile()).path("response");
        String body =
                response.path("body").isNull() ? "" : response.path("body").toString();
        String status =
                response.path("status").asInt() + " " + response.path("reason").asText();
        try (RawServer server = RawServer.answering(status, body)) {
            Inventory.Node node = new Inventory.Node(
                    "pvesim", server.url(), "pvesim", "root@pam!sim", new SecretRef("proxmox-token"), List.of());
            StepFailure failure = catchThrowableOfType(StepFailure.class, () -> network.get(ProxmoxNodes.class)
                    .get(network.environment(), node, "/replayed", Map.of()));
            assertThat(failure.reason()).as(failure.getMessage()).isEqualTo(reason);
            assertThat(failure)
                    .hasMessageContaining(response.path("reason").asText().strip());
        }
    }

    private static String number(Path file) {
        return file.getFileName().toString().substring(0, 3);
    }
}
