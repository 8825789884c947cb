package io.muster.remote.proxmox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.muster.inventory.Inventory;
import io.muster.inventory.SecretRef;
import io.muster.inventory.Secrets;
import io.muster.remote.HttpNetwork;
import io.muster.remote.RawServer;
import io.muster.remote.http.HttpWire;
import io.muster.step.StepFailure;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Tasks of a real Proxmox VE from their start to their end: where its recordings are beside the project, they are replayed. */
class RecordedTasksTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TASKS = "/api2/json/nodes/pvesim/tasks/";

    @TempDir
    Path directory;

    private HttpNetwork network;

    /** What was answered about one task, as it was. */
    private static final class Recorded {
        private final List<JsonNode> running = new ArrayList<>();
        private JsonNode stopped;
        private JsonNode log;

        String exit() {
            return stopped.at("/body/data/exitstatus").asText();
        }

        /** An empty log is one line that says so. */
        List<String> lines() {
            return StreamSupport.stream(log.at("/body/data").spliterator(), false)
                    .map(line -> line.path("t").asText())
                    .filter(text -> !text.equals("no content"))
                    .toList();
        }
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
    Stream<DynamicTest> eachTaskEndsAsItDid() throws IOException {
        return recorded().entrySet().stream()
                .filter(task -> task.getValue().stopped != null && task.getValue().log != null)
                .map(task -> DynamicTest.dynamicTest(
                        task.getKey() + " " + task.getValue().exit(), () -> replay(task.getKey(), task.getValue())));
    }

    private static Map<String, Recorded> recorded() throws IOException {
        List<Path> folders = Stream.of("../shared/proxmox/recordings", "../../shared/proxmox/recordings")
                .map(Path::of)
                .filter(Files::isDirectory)
                .toList();
        Map<String, Recorded> tasks = new LinkedHashMap<>();
        for (Path folder : folders) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.sorted().toList()) {
                    enter(JSON.readTree(file.toFile()), tasks);
                }
            }
        }
        return tasks;
    }

    private static void enter(JsonNode exchange, Map<String, Recorded> tasks) {
        String[] path = exchange.at("/request/path").asText().split("[?]")[0].split("/");
        JsonNode response = exchange.path("response");
        if (path.length < 8
                || !path[5].equals("tasks")
                || response.path("status").asInt() != 200) {
            return;
        }
        Recorded task =
                tasks.computeIfAbsent(URLDecoder.decode(path[6], StandardCharsets.UTF_8), upid -> new Recorded());
        if (path[7].equals("log")) {
            task.log = response;
        } else if (response.at("/body/data/status").asText().equals("stopped")) {
            task.stopped = response;
        } else {
            task.running.add(response);
        }
    }

    private void replay(String upid, Recorded task) throws Exception {
        List<String> log = new ArrayList<>();
        AtomicInteger asked = new AtomicInteger();
        try (RawServer server = new RawServer((request, out) -> out.write(answer(request, task, asked)))) {
            HttpProxmoxNodes nodes = new HttpProxmoxNodes(
                    network.get(HttpWire.class), network.get(Secrets.class), Clock.systemUTC(), pause -> {});
            Inventory.Node node = new Inventory.Node(
                    "pvesim", server.url(), "pvesim", "root@pam!sim", new SecretRef("proxmox-token"), List.of());
            StepFailure[] failure = new StepFailure[1];
            String[] exit = {""};
            failure[0] = catchThrowableOfType(
                    StepFailure.class,
                    () -> exit[0] = nodes.follow(
                            network.environment(), node, upid, log::add, Duration.ofMinutes(1), () -> false));
            if (task.exit().matches("OK|WARNINGS: \\d+")) {
                assertThat(failure[0]).isNull();
                assertThat(exit[0]).isEqualTo(task.exit());
            } else {
                assertThat(failure[0].reason())
                        .isEqualTo(task.exit().startsWith("CT is locked (") ? "Conflict" : "TaskFailed");
                assertThat(failure[0]).hasMessageContaining(task.exit().strip());
            }
            assertThat(log).isEqualTo(task.lines());
            assertThat(server.requests).allMatch(request -> request.startsWith("GET " + TASKS));
        }
    }

    private static byte[] answer(String request, Recorded task, AtomicInteger asked) throws IOException {
        String path = request.substring(0, request.indexOf(" HTTP"));
        JsonNode response;
        if (path.contains("/log")) {
            int start = Integer.parseInt(path.replaceAll(".*[?&]start=(\\d+).*", "$1"));
            if (start >= task.lines().size() && start > 0) {
                return RawServer.whole("200 OK", "{\"data\":[],\"total\":" + start + "}");
            }
            response = task.log;
        } else {
            int turn = asked.getAndIncrement();
            response = turn < task.running.size() ? task.running.get(turn) : task.stopped;
        }
        return RawServer.whole(
                response.path("status").asInt() + " " + response.path("reason").asText(),
                JSON.writeValueAsString(response.path("body")),
                "Content-Type: application/json;charset=UTF-8");
    }
}
