package io.muster.sandbox.notes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NotesServerTest {
    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    Path directory;

    private NotesServer server;

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void keepsNotesWithTheirNotebookAndTags() throws Exception {
        start("1.1.0", 1, Map.of());

        Map<String, Object> notebook = post("/notebooks", "{\"name\":\"Travel\"}", 201);
        Map<String, Object> note = post(
                "/notes",
                "{\"notebook\":\"" + notebook.get("id") + "\",\"title\":\"Café \\u2603\",\"tags\":[\"a\",\"b\",\"a\"]}",
                201);

        assertThat(note).containsEntry("title", "Café ☃").containsKey("createdAt");
        assertThat((List<?>) get("/tags", 200).get("tags")).hasSize(2);
        assertThat((List<?>) get("/notes?notebook=" + notebook.get("id"), 200).get("notes"))
                .hasSize(1);
        assertThat(send("DELETE", "/notebooks/" + notebook.get("id"), "").statusCode())
                .isEqualTo(409);
        assertThat(send("DELETE", "/notes/" + note.get("id"), "").statusCode()).isEqualTo(204);
        get("/notes/" + note.get("id"), 404);
    }

    @Test
    void refusesWhatItCannotKeepAndSaysWhy() throws Exception {
        start("1.1.0", 1, Map.of());

        assertThat(post("/notes", "{\"title\":", 400).get("error").toString()).contains("position 9");
        assertThat(post("/notes", "{}", 400)).containsEntry("error", "'title' must be a text");
        assertThat(post("/notes", "{\"title\":\"x\",\"notebook\":\"nowhere\"}", 400)
                        .get("error")
                        .toString())
                .contains("no notebook 'nowhere'");
        get("/notes/../../etc/passwd", 404);
    }

    @Test
    void writesNeedTheTokenWhereOneIsSet() throws Exception {
        start("1.1.0", 1, Map.of("NOTES_TOKEN", "let-me-in"));

        post("/notes", "{\"title\":\"x\"}", 401);
        HttpRequest permitted = HttpRequest.newBuilder(uri("/notes"))
                .header("Authorization", "Bearer let-me-in")
                .POST(HttpRequest.BodyPublishers.ofString("{\"title\":\"x\"}"))
                .build();
        assertThat(http.send(permitted, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isEqualTo(201);
        assertThat((List<?>) get("/notes", 200).get("notes")).hasSize(1);
    }

    @Test
    void whoSpeaksSlowlyKeepsNobodyElseWaiting() throws Exception {
        start("1.1.0", 1, Map.of());
        List<Socket> slow = new ArrayList<>();
        try {
            for (int n = 0; n < 8; n++) {
                Socket socket = new Socket("127.0.0.1", uri("/").getPort());
                slow.add(socket);
                socket.getOutputStream().write("GET /hea".getBytes(StandardCharsets.US_ASCII));
            }
            HttpRequest quick = HttpRequest.newBuilder(uri("/health"))
                    .timeout(Duration.ofSeconds(30))
                    .build();
            assertThat(http.send(quick, HttpResponse.BodyHandlers.ofString()).statusCode())
                    .isEqualTo(200);
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    @Test
    void isDownWithTheReasonWhenItsDataCannotBeWritten() throws Exception {
        start("1.1.0", 1, Map.of());
        assertThat(get("/health", 200)).isEqualTo(Map.of("status", "UP", "version", "1.1.0"));

        Files.move(data(), directory.resolve("gone"));

        assertThat(get("/health", 503))
                .containsEntry("status", "DOWN")
                .hasEntrySatisfying("reason", why -> assertThat(why.toString()).contains("cannot write"));
        await().untilAsserted(() -> assertThat(published()).startsWith("DOWN "));
    }

    @Test
    void publishesItsHealthForTheContainersCheck() throws Exception {
        start("1.0.0", 1, Map.of());

        await().untilAsserted(() -> assertThat(published()).matches("UP \\d+ version 1.0.0\n"));
    }

    @Test
    void aReleaseWithAFaultTurnsUnhealthyByItself() throws Exception {
        release("2.1.0", 2, "fault-after=PT0.5S\n");
        start(Map.of());

        await().untilAsserted(() ->
                assertThat(get("/health", 503).get("reason").toString()).contains("2.1.0 breaks down on purpose"));
    }

    @Test
    void aNewDataFormatKeepsWhatWasThere() throws Exception {
        start("1.1.0", 1, Map.of());
        Map<String, Object> note = post("/notes", "{\"title\":\"kept\",\"tags\":[\"t\"]}", 201);
        Path file = data().resolve("notes").resolve(note.get("id") + ".json");
        assertThat(Files.readString(file)).contains("\"created\":").doesNotContain("createdAt");
        server.close();

        start("2.0.0", 2, Map.of());

        assertThat(get("/notes/" + note.get("id"), 200)).isEqualTo(note);
        assertThat(Files.readString(file)).contains("\"createdAt\":").doesNotContain("\"created\":");
        assertThat(data().resolve("format")).hasContent("2");
        assertThat(Instant.parse((String) note.get("createdAt"))).isBefore(Instant.now());
    }

    @Test
    void aReleaseThatMigratesNothingLeavesTheDataToTheOneBefore() throws Exception {
        start("1.1.0", 1, Map.of());
        Map<String, Object> note = post("/notes", "{\"title\":\"kept\"}", 201);
        server.close();
        release("2.1.0", 2, "migrates=false\n");
        start(Map.of());
        Map<String, Object> later = post("/notes", "{\"title\":\"later\"}", 201);
        server.close();

        start("1.1.0", 1, Map.of());

        assertThat(get("/notes/" + note.get("id"), 200)).isEqualTo(note);
        assertThat(get("/notes/" + later.get("id"), 200)).isEqualTo(later);
    }

    @Test
    void anOldReleaseRefusesNewerDataAndSaysWhatToDo() throws Exception {
        start("2.0.0", 2, Map.of());
        server.close();

        start("1.1.0", 1, Map.of());

        assertThat(get("/health", 503).get("reason").toString())
                .contains("has format 2, this version reads up to 1")
                .contains("restore a backup");
    }

    @Test
    void countsWhatItKeepsAndAnswersInMetrics() throws Exception {
        start("1.1.0", 1, Map.of());
        post("/notes", "{\"title\":\"x\"}", 201);

        assertThat(send("GET", "/metrics", "").body())
                .contains("notes_up 1\n")
                .contains("notes_info{version=\"1.1.0\"} 1\n")
                .contains("notes_entries{kind=\"note\"} 1\n")
                .contains("notes_http_requests_total{method=\"POST\",status=\"201\"} 1\n");
    }

    private void start(String version, int format, Map<String, String> env) throws Exception {
        release(version, format, "");
        start(env);
    }

    private void release(String version, int format, String more) throws IOException {
        Files.writeString(
                directory.resolve("release.properties"),
                "version=" + version + "\ndata-format=" + format + "\n" + more);
    }

    private void start(Map<String, String> more) throws Exception {
        Map<String, String> env = new HashMap<>(more);
        env.put("NOTES_HOME", directory.toString());
        env.put("NOTES_DATA", data().toString());
        env.put("NOTES_RUN", directory.resolve("run").toString());
        env.put("NOTES_TLS", directory.resolve("tls").toString());
        env.put("NOTES_ADDRESS", "127.0.0.1");
        env.put("NOTES_PORT", "0");
        server = NotesServer.start(Settings.from(env), Clock.systemUTC());
    }

    private Path data() {
        return directory.resolve("data");
    }

    private String published() throws IOException {
        return Files.readString(directory.resolve("run/health"));
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.addresses().get(0).getPort() + path);
    }

    private HttpResponse<String> send(String method, String path, String body) throws Exception {
        return http.send(
                HttpRequest.newBuilder(uri(path))
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private Map<String, Object> get(String path, int status) throws Exception {
        return json(send("GET", path, ""), status);
    }

    private Map<String, Object> post(String path, String body, int status) throws Exception {
        return json(send("POST", path, body), status);
    }

    private static Map<String, Object> json(HttpResponse<String> response, int status) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        return Json.object(response.body());
    }
}
