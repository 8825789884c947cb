package io.muster.remote.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.muster.inventory.Inventory;
import io.muster.inventory.SecretRef;
import io.muster.remote.HttpNetwork;
import io.muster.remote.ImageRegistries;
import io.muster.remote.RawServer;
import io.muster.sandbox.ca.CertificateAuthority;
import io.muster.sandbox.registry.Registry;
import io.muster.step.StepFailure;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageRegistriesTest {
    private static final String MANIFEST = "{\"schemaVersion\":2}";

    @TempDir
    Path directory;

    private HttpNetwork network;
    private ImageRegistries registries;

    @BeforeEach
    void begin() {
        network = new HttpNetwork(directory);
        network.names.put("registry.test", List.of("127.0.0.1"));
        registries = network.get(ImageRegistries.class);
    }

    @AfterEach
    void end() {
        network.close();
    }

    @Test
    void aTagOfTheSandboxRegistryNamesTheDigestOfItsManifest() throws Exception {
        try (Registry registry = sandbox()) {
            String image = "registry.test:" + registry.address().getPort() + "/notes";

            String digest = digest(image, "1.1.0");

            HttpResponse<byte[]> direct = direct(registry, "1.1.0");
            assertThat(digest).isEqualTo(sha256(direct.body()));
            assertThat(direct.headers().firstValue("Docker-Content-Digest")).contains(digest);
            assertThat(digest(image, digest)).isEqualTo(digest);
            assertThat(tags(image)).containsExactly("1.0.0", "1.1.0", "2.0.0", "2.1.0");
        }
    }

    @Test
    void anUnknownTagIsRefusedWithTheTagsThereAreNewestFirst() throws Exception {
        try (Registry registry = sandbox()) {
            String image = "registry.test:" + registry.address().getPort() + "/notes";

            StepFailure failure = failure(image, "9.9.9");

            assertThat(failure).isInstanceOf(StepFailure.Rejected.class);
            assertThat(failure.reason()).isEqualTo("NotFound");
            assertThat(failure)
                    .hasMessage("Image " + image
                            + " has no tag 9.9.9; newest: 2.1.0, 2.0.0, 1.1.0, 1.0.0. Give one of them.");
            assertThat(failure(image, "sha256:" + "0".repeat(64)).getMessage())
                    .contains("nothing with the digest sha256:000");
        }
    }

    @Test
    void anUnknownRepositoryIsSaidToBeOne() throws Exception {
        try (Registry registry = sandbox()) {
            String host = "registry.test:" + registry.address().getPort();

            StepFailure failure = failure(host + "/nothing", "1.0.0");

            assertThat(failure).isInstanceOf(StepFailure.Rejected.class);
            assertThat(failure.reason()).isEqualTo("NotFound");
            assertThat(failure).hasMessageContaining("The registry " + host + " has no repository nothing.");
            assertThat(catchThrowableOfType(StepFailure.class, () -> tags(host + "/nothing"))
                            .reason())
                    .isEqualTo("NotFound");
        }
    }

    @Test
    void theTrustOfARegistryIsAddedToTheEnvironments() throws Exception {
        CertificateAuthority foreign = CertificateAuthority.in(directory.resolve("foreign"), Clock.systemUTC());
        try (Registry registry = new Registry(
                directory.resolve("images"),
                "127.0.0.1",
                0,
                foreign.serverContext(foreign.server("registry.test", List.of())))) {
            registry.start();
            String host = "registry.test:" + registry.address().getPort();
            StepFailure untrusted = failure(host + "/notes", "1.0.0");
            assertThat(untrusted).isInstanceOf(StepFailure.Rejected.class);
            assertThat(untrusted.reason()).isEqualTo("CertificateUntrusted");

            network.registries.put(
                    host,
                    new Inventory.Registry(
                            host, "https://" + host, Optional.empty(), Optional.empty(), List.of(foreign.pem())));

            assertThat(digest(host + "/notes", "1.0.0")).startsWith("sha256:");
        }
    }

    @Test
    void aRegistryThatIsAwayIsHostUnreachable() throws Exception {
        int port;
        try (RawServer server = RawServer.answering("200 OK", "")) {
            port = server.port();
        }
        StepFailure failure = failure(known("http://127.0.0.1:" + port, false), "1.0.0");

        assertThat(failure).isInstanceOf(StepFailure.Transient.class);
        assertThat(failure.reason()).isEqualTo("HostUnreachable");
    }

    @Test
    void withoutADigestHeaderTheContentIsCounted() throws Exception {
        try (RawServer server = RawServer.answering("200 OK", MANIFEST)) {
            assertThat(digest(known(server.url(), false), "1.0.0"))
                    .isEqualTo(sha256(MANIFEST.getBytes(StandardCharsets.UTF_8)));
            assertThat(server.requests.get(0))
                    .startsWith("GET /v2/team/tool/manifests/1.0.0 HTTP/1.1")
                    .contains(
                            "application/vnd.oci.image.index.v1+json",
                            "application/vnd.oci.image.manifest.v1+json",
                            "application/vnd.docker.distribution.manifest.list.v2+json",
                            "application/vnd.docker.distribution.manifest.v2+json");
        }
    }

    @Test
    void contentThatIsNotWhatItsDigestSaysIsRefused() throws Exception {
        String promised = "sha256:" + "a".repeat(64);
        try (RawServer server = RawServer.answering("200 OK", MANIFEST, "Docker-Content-Digest: " + promised)) {
            assertThat(failure(known(server.url(), false), "1.0.0").reason()).isEqualTo("DigestMismatch");
        }
        try (RawServer server = RawServer.answering("200 OK", MANIFEST)) {
            assertThat(failure(known(server.url(), false), promised).reason()).isEqualTo("DigestMismatch");
        }
    }

    @Test
    void userAndPasswordAreSentOnlyWhenTheRegistryAsks() throws Exception {
        try (RawServer server = new RawServer((request, out) -> out.write(
                request.contains("Authorization: Basic " + base64("muster:p4ss"))
                        ? RawServer.whole("200 OK", MANIFEST)
                        : RawServer.whole("401 Unauthorized", "", "WWW-Authenticate: Basic realm=\"r\"")))) {
            assertThat(digest(known(server.url(), true), "1.0.0")).startsWith("sha256:");
            assertThat(server.requests.get(0)).doesNotContain("Authorization");
        }
    }

    @Test
    void aWrongPasswordIsAuthenticationFailedAndNotInTheMessage() throws Exception {
        try (RawServer server = RawServer.answering("401 Unauthorized", "", "WWW-Authenticate: Basic realm=\"r\"")) {
            StepFailure failure = failure(known(server.url(), true), "1.0.0");

            assertThat(failure).isInstanceOf(StepFailure.Fatal.class).hasMessageContaining("to user muster");
            assertThat(failure.reason()).isEqualTo("AuthenticationFailed");
            assertThat(failure.getMessage()).doesNotContain("p4ss", base64("muster:p4ss"));
            assertThat(failure(known(server.url(), false), "1.0.0"))
                    .hasMessageContaining("Give `username` and `password`");
        }
    }

    @Test
    void aMissingPasswordIsSecretMissing() throws Exception {
        try (RawServer server = RawServer.answering("401 Unauthorized", "", "WWW-Authenticate: Basic realm=\"r\"")) {
            String image = known(server.url(), true);
            network.secrets.clear();

            assertThat(failure(image, "1.0.0").reason()).isEqualTo("SecretMissing");
        }
    }

    @Test
    void aTokenIsFetchedWithThePasswordAndUsedForAllPages() throws Exception {
        try (RawServer auth = new RawServer((request, out) -> out.write(
                        request.contains("Authorization: Basic " + base64("muster:p4ss"))
                                ? RawServer.whole("200 OK", "{\"token\":\"t0ken\"}")
                                : RawServer.whole("401 Unauthorized", "")));
                RawServer server = new RawServer((request, out) -> out.write(tokenPages(request, auth.url())))) {
            assertThat(tags(known(server.url(), true))).containsExactly("1.0.0", "1.9.0", "1.10.0");

            assertThat(auth.requests).hasSize(1);
            assertThat(auth.requests.get(0))
                    .startsWith("GET /token?service=r.test&scope=repository%3Ateam%2Ftool%3Apull HTTP/1.1");
            assertThat(server.requests).hasSize(3);
        }
    }

    private static byte[] tokenPages(String request, String auth) {
        if (!request.contains("Authorization: Bearer t0ken")) {
            return RawServer.whole(
                    "401 Unauthorized",
                    "",
                    "WWW-Authenticate: Bearer realm=\"" + auth
                            + "/token\",service=\"r.test\",scope=\"repository:team/tool:pull\"");
        }
        return request.startsWith("GET /v2/team/tool/tags/list?n=1000 ")
                ? RawServer.whole(
                        "200 OK",
                        "{\"name\":\"team/tool\",\"tags\":[\"1.0.0\",\"1.10.0\"]}",
                        "Link: </v2/team/tool/tags/list?n=1000&last=1.10.0>; rel=\"next\"")
                : RawServer.whole("200 OK", "{\"name\":\"team/tool\",\"tags\":[\"1.9.0\"]}");
    }

    @Test
    void aTokenIsFetchedWithoutAUserWhereNoneIsKnown() throws Exception {
        try (RawServer auth = RawServer.answering("200 OK", "{\"access_token\":\"t0ken\"}");
                RawServer server = new RawServer((request, out) -> out.write(tokenPages(request, auth.url())))) {
            assertThat(tags(known(server.url(), false))).hasSize(3);
            assertThat(auth.requests.get(0)).doesNotContain("Authorization");
        }
    }

    @Test
    void thePasswordOfARegistryWithTlsIsNotSentToATokenServerWithout() throws Exception {
        try (RawServer auth = RawServer.answering("200 OK", "{\"token\":\"t0ken\"}");
                RawServer server = new RawServer(
                        (request, out) -> out.write(tokenPages(request, auth.url())),
                        network.authority.serverContext(network.authority.server("registry.test", List.of())))) {
            StepFailure failure = failure(known("https://registry.test:" + server.port(), true), "1.0.0");

            assertThat(failure.reason()).isEqualTo("AuthenticationFailed");
            assertThat(failure).hasMessageContaining("without TLS");
            assertThat(auth.requests).isEmpty();
        }
    }

    @Test
    void aRedirectIsFollowedWithoutThePassword() throws Exception {
        try (RawServer other = RawServer.answering("200 OK", MANIFEST);
                RawServer server = new RawServer((request, out) -> out.write(
                        request.contains("Authorization: Basic")
                                ? RawServer.whole(
                                        "307 Temporary Redirect", "", "Location: " + other.url() + "/elsewhere")
                                : RawServer.whole("401 Unauthorized", "", "WWW-Authenticate: Basic realm=\"r\"")))) {
            assertThat(digest(known(server.url(), true), "1.0.0")).startsWith("sha256:");
            assertThat(other.requests.get(0)).startsWith("GET /elsewhere ").doesNotContain("Authorization");
        }
    }

    @Test
    void pagesThatLeadInACircleEnd() throws Exception {
        try (RawServer server = RawServer.answering(
                "200 OK", "{\"tags\":[\"1\"]}", "Link: </v2/team/tool/tags/list?n=1000>; rel=\"next\"")) {
            assertThat(tags(known(server.url(), false))).containsExactly("1");
        }
    }

    @Test
    void aRepositoryWithoutTagsHasNone() throws Exception {
        try (RawServer server = RawServer.answering("200 OK", "{\"name\":\"team/tool\",\"tags\":null}")) {
            assertThat(tags(known(server.url(), false))).isEmpty();
        }
    }

    @Test
    void anOverloadedRegistryIsTransientWithItsWords() throws Exception {
        try (RawServer server = RawServer.answering(
                "429 Too Many Requests",
                "{\"errors\":[{\"code\":\"TOOMANYREQUESTS\",\"message\":\"pull rate limit\"}]}")) {
            StepFailure failure = failure(known(server.url(), false), "1.0.0");

            assertThat(failure)
                    .isInstanceOf(StepFailure.Transient.class)
                    .hasMessageContaining("TOOMANYREQUESTS pull rate limit");
        }
    }

    @Test
    void badTagsAndImagesAreRefusedBeforeAnythingIsAsked() {
        for (String tag : List.of("", "a/b", "sha256:12", "../x", "a b")) {
            assertThat(failure("registry.test/notes", tag).reason()).isEqualTo("InvalidInput");
        }
        assertThat(failure("registry.test/No/Good", "1").reason()).isEqualTo("InvalidInput");
        assertThat(failure("registry.test/notes:1.0", "1").reason()).isEqualTo("InvalidInput");
    }

    @ParameterizedTest
    @CsvSource({
        "nginx, docker.io, library/nginx",
        "docker.io/nginx, docker.io, library/nginx",
        "index.docker.io/team/tool, docker.io, team/tool",
        "team/tool, docker.io, team/tool",
        "localhost/tool, localhost, tool",
        "localhost:5000/a/b, localhost:5000, a/b",
        "ghcr.io/a/b, ghcr.io, a/b"
    })
    void anImagesNameSaysItsRegistry(String image, String registry, String repository) {
        assertThat(ImageName.parse(image)).isEqualTo(new ImageName(registry, repository));
    }

    private Registry sandbox() throws Exception {
        Registry registry = new Registry(
                directory.resolve("images"),
                "127.0.0.1",
                0,
                network.authority.serverContext(network.authority.server("registry.test", List.of("127.0.0.1"))));
        registry.start();
        return registry;
    }

    /** As a client of the JDK sees it. */
    private HttpResponse<byte[]> direct(Registry registry, String tag) throws Exception {
        HttpClient client = HttpClient.newBuilder()
                .sslContext(network.authority.clientContext())
                .build();
        URI uri = URI.create("https://127.0.0.1:" + registry.address().getPort() + "/v2/notes/manifests/" + tag);
        return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    /** Enters a registry at this URL; its image is {@code known.test/team/tool}. */
    private String known(String url, boolean user) {
        network.secrets.put("registry-password", "p4ss");
        network.registries.put(
                "known.test",
                new Inventory.Registry(
                        "known.test",
                        url,
                        user ? Optional.of("muster") : Optional.empty(),
                        user ? Optional.of(new SecretRef("registry-password")) : Optional.empty(),
                        List.of()));
        return "known.test/team/tool";
    }

    private String digest(String image, String tag) {
        return registries.digest(network.environment(), image, tag);
    }

    private List<String> tags(String image) {
        return registries.tags(network.environment(), image);
    }

    private StepFailure failure(String image, String tag) {
        return catchThrowableOfType(StepFailure.class, () -> digest(image, tag));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String sha256(byte[] content) throws Exception {
        return "sha256:"
                + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    }
}
