package io.muster.sandbox.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.muster.sandbox.ca.CertificateAuthority;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.jar.JarInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistryTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path directory;

    private CertificateAuthority authority;
    private HttpClient http;
    private Registry registry;

    @BeforeEach
    void start() throws Exception {
        authority = CertificateAuthority.in(directory.resolve("ca"), Clock.systemUTC());
        http = HttpClient.newBuilder().sslContext(authority.clientContext()).build();
        registry = open(directory.resolve("images"));
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    @Test
    void offersTheNotesServiceInSeveralVersions() throws Exception {
        assertThat(send("GET", "/v2/", null).statusCode()).isEqualTo(200);
        assertThat(json("/v2/_catalog").at("/repositories/0").asText()).isEqualTo("notes");
        assertThat(json("/v2/notes/tags/list").get("tags"))
                .extracting(JsonNode::asText)
                .containsExactly("1.0.0", "1.1.0", "2.0.0", "2.1.0");
    }

    @Test
    void anImageIsWhatItsDigestsSayDownToTheFilesOfItsLayers() throws Exception {
        HttpResponse<byte[]> byTag = send("GET", "/v2/notes/manifests/1.1.0", null);
        String digest = digest(byTag);
        assertThat(Digest.of(byTag.body())).hasToString(digest);
        assertThat(send("GET", "/v2/notes/manifests/" + digest, null).body()).isEqualTo(byTag.body());
        HttpResponse<byte[]> head = send("HEAD", "/v2/notes/manifests/1.1.0", null);
        assertThat(digest(head)).isEqualTo(digest);
        assertThat(head.headers().firstValueAsLong("Content-Length")).hasValue(byTag.body().length);

        JsonNode manifest = JSON.readTree(byTag.body());
        JsonNode config = JSON.readTree(blob(manifest.at("/config/digest").asText()));
        assertThat(config.at("/config/Labels/org.opencontainers.image.version").asText())
                .isEqualTo("1.1.0");
        assertThat(config.at("/config/Healthcheck/Test/1").asText()).isEqualTo("/opt/notes/bin/healthcheck");
        TreeSet<String> files = new TreeSet<>();
        for (JsonNode layer : manifest.get("layers")) {
            byte[] content = blob(layer.get("digest").asText());
            assertThat(content).hasSize(layer.get("size").asInt());
            files.addAll(filesOf(content));
        }
        assertThat(files)
                .contains("opt/notes/notes.jar", "opt/notes/bin/healthcheck", "opt/notes/release.properties", "data/");
    }

    @Test
    void theJarOfTheServiceHoldsItsClassesAndNothingElse() throws Exception {
        TreeSet<String> names = new TreeSet<>();
        try (JarInputStream jar = new JarInputStream(new ByteArrayInputStream(NotesJar.bytes()))) {
            for (var entry = jar.getNextEntry(); entry != null; entry = jar.getNextEntry()) {
                names.add(entry.getName());
            }
        }
        assertThat(names)
                .contains("io/muster/sandbox/notes/NotesMain.class")
                .allMatch(name -> name.startsWith("io/muster/sandbox/notes/"))
                .noneMatch(name -> name.contains("Test"));
    }

    @Test
    void digestsAreTheSameInAnotherRegistry() throws Exception {
        String digest = digest(send("HEAD", "/v2/notes/manifests/2.0.0", null));
        registry.close();

        registry = open(directory.resolve("others"));

        assertThat(digest(send("HEAD", "/v2/notes/manifests/2.0.0", null))).isEqualTo(digest);
    }

    @Test
    void aPushMovesATagAndTheMoveSurvivesARestart() throws Exception {
        HttpResponse<byte[]> other = send("GET", "/v2/notes/manifests/1.1.0", null);
        assertThat(send("PUT", "/v2/notes/manifests/1.0.0", other.body()).statusCode())
                .isEqualTo(201);
        registry.close();

        registry = open(directory.resolve("images"));

        assertThat(digest(send("HEAD", "/v2/notes/manifests/1.0.0", null))).isEqualTo(digest(other));
    }

    @Test
    void aNewImageIsPushedBlobByBlob() throws Exception {
        byte[] layer = new LayerTar().file("hello", "world", 0644).bytes();
        byte[] config = "{}".getBytes();
        push("team/tool", layer);
        assertThat(send("POST", "/v2/team/tool/blobs/uploads/?digest=" + Digest.of(config), config)
                        .statusCode())
                .isEqualTo(201);
        byte[] manifest = JSON.writeValueAsBytes(Map.of(
                "schemaVersion", 2,
                "config", Map.of("digest", Digest.of(config).toString()),
                "layers", List.of(Map.of("digest", Digest.of(layer).toString()))));

        assertThat(send("PUT", "/v2/team/tool/manifests/0.1", manifest).statusCode())
                .isEqualTo(201);

        assertThat(send("GET", "/v2/team/tool/manifests/0.1", null).body()).isEqualTo(manifest);
        assertThat(json("/v2/_catalog").get("repositories"))
                .extracting(JsonNode::asText)
                .containsExactly("notes", "team/tool");
    }

    @Test
    void aPushOfWhatIsNotWholeIsRefused() throws Exception {
        byte[] manifest = JSON.writeValueAsBytes(Map.of(
                "schemaVersion",
                2,
                "config",
                Map.of("digest", Digest.of(new byte[] {1}).toString())));
        assertError(send("PUT", "/v2/notes/manifests/9.0", manifest), 400, "MANIFEST_BLOB_UNKNOWN");
        assertError(send("PUT", "/v2/notes/manifests/9.0", "no".getBytes()), 400, "MANIFEST_INVALID");
        assertError(
                send("POST", "/v2/notes/blobs/uploads/?digest=" + Digest.of(new byte[0]), new byte[] {1}),
                400,
                "DIGEST_INVALID");
        assertError(send("GET", "/v2/notes/manifests/9.0", null), 404, "MANIFEST_UNKNOWN");
    }

    @Test
    void whatIsMissingIsNamedAsTheSpecificationSays() throws Exception {
        assertError(send("GET", "/v2/notes/manifests/9.9.9", null), 404, "MANIFEST_UNKNOWN");
        assertError(send("GET", "/v2/nothing/tags/list", null), 404, "NAME_UNKNOWN");
        assertError(send("GET", "/v2/notes/blobs/" + Digest.of(new byte[] {7}), null), 404, "BLOB_UNKNOWN");
        assertError(send("GET", "/v2/notes/blobs/sha256:short", null), 400, "DIGEST_INVALID");
        assertError(send("GET", "/v2/UPPER/tags/list", null), 400, "NAME_INVALID");
        assertError(send("GET", "/v2/../../etc/tags/list", null), 400, "NAME_INVALID");
        assertError(send("PATCH", "/v2/notes/blobs/uploads/none", new byte[0]), 404, "BLOB_UPLOAD_UNKNOWN");
    }

    private Registry open(Path images) {
        Registry opened = new Registry(
                images,
                "127.0.0.1",
                0,
                authority.serverContext(authority.server("registry.sandbox.test", List.of("127.0.0.1"))));
        opened.start();
        return opened;
    }

    private void push(String name, byte[] blob) throws Exception {
        HttpResponse<byte[]> begun = send("POST", "/v2/" + name + "/blobs/uploads/", new byte[0]);
        String location = begun.headers().firstValue("Location").orElseThrow();
        HttpResponse<byte[]> part = send("PATCH", location, blob);
        assertThat(part.headers().firstValue("Range")).hasValue("0-" + (blob.length - 1));
        assertThat(send("PUT", location + "?digest=" + Digest.of(blob), new byte[0])
                        .statusCode())
                .isEqualTo(201);
    }

    private byte[] blob(String digest) throws Exception {
        byte[] content = send("GET", "/v2/notes/blobs/" + digest, null).body();
        assertThat(Digest.of(content)).hasToString(digest);
        assertThat(send("HEAD", "/v2/notes/blobs/" + digest, null).headers().firstValueAsLong("Content-Length"))
                .hasValue(content.length);
        return content;
    }

    private static TreeSet<String> filesOf(byte[] layer) throws Exception {
        TreeSet<String> names = new TreeSet<>();
        try (TarArchiveInputStream tar = new TarArchiveInputStream(new ByteArrayInputStream(layer))) {
            for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                names.add(entry.getName());
            }
        }
        return names;
    }

    private JsonNode json(String path) throws Exception {
        return JSON.readTree(send("GET", path, null).body());
    }

    private static String digest(HttpResponse<?> response) {
        return response.headers().firstValue("Docker-Content-Digest").orElseThrow();
    }

    private static void assertError(HttpResponse<byte[]> response, int status, String code) throws Exception {
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(JSON.readTree(response.body()).at("/errors/0/code").asText()).isEqualTo(code);
    }

    private HttpResponse<byte[]> send(String method, String path, byte[] body) throws Exception {
        URI uri = URI.create("https://127.0.0.1:" + registry.address().getPort() + path);
        return http.send(
                HttpRequest.newBuilder(uri)
                        .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body))
                        .header("Content-Type", Image.MANIFEST_TYPE)
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
    }
}
