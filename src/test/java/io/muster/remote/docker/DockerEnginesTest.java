package io.muster.remote.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.PullImageResultCallback;
import io.muster.inventory.Inventory;
import io.muster.inventory.SecretRef;
import io.muster.remote.DockerEngines;
import io.muster.remote.Environments;
import io.muster.remote.Wired;
import io.muster.remote.net.TestAuthority;
import io.muster.remote.net.TestServer;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HttpString;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against an HTTP server that answers as engines do. The real one: {@link DockerdIT}. */
class DockerEnginesTest {

    private static final Pattern VERSIONED = Pattern.compile("/v1[.](\\d+)/");

    private final TestAuthority authority = new TestAuthority("Test authority");
    private final Wired wired = new Wired();
    private final DockerEngines engines = wired.get(DockerEngines.class);
    private final List<String> paths = new CopyOnWriteArrayList<>();
    private volatile String version = "1.41";
    private volatile int oldest;
    private volatile int newest = Integer.MAX_VALUE;
    private volatile int status = 200;
    private volatile String body = "{\"ID\":\"engine\"}";
    private TestServer server = TestServer.http(this::answer);

    @AfterEach
    void stop() {
        server.close();
        wired.close();
    }

    private void answer(HttpServerExchange exchange) {
        paths.add(exchange.getRequestPath());
        if (exchange.getRequestPath().equals("/_ping")) {
            exchange.getResponseHeaders().put(new HttpString("Api-Version"), version);
            exchange.getResponseSender().send("OK");
            return;
        }
        String refusal = refusal(exchange.getRequestPath());
        exchange.setStatusCode(refusal.isEmpty() ? status : 400);
        exchange.getResponseHeaders().put(new HttpString("Content-Type"), "application/json");
        exchange.getResponseSender().send(refusal.isEmpty() ? body : "{\"message\":\"" + refusal + "\"}");
    }

    /** From now on it refuses, as engines do, to be spoken to in other versions of API 1. */
    private void speaks(int oldest, int newest) {
        version = "1." + newest;
        this.oldest = oldest;
        this.newest = newest;
    }

    private String refusal(String path) {
        Matcher asked = VERSIONED.matcher(path);
        int spoken = asked.lookingAt() ? Integer.parseInt(asked.group(1)) : newest;
        return spoken < oldest
                ? "client version 1." + spoken + " is too old. Minimum supported API version is 1." + oldest
                : spoken > newest
                        ? "client version 1." + spoken + " is too new. Maximum supported API version is 1." + newest
                        : "";
    }

    private Inventory.Docker plain() {
        return new Inventory.Docker("tcp://127.0.0.1:" + server.port(), List.of(), Optional.empty(), Optional.empty());
    }

    private <T> T call(Inventory.Docker docker, Function<DockerClient, T> call) {
        Inventory.Host host = new Inventory.Host(
                "experimental-01",
                new Inventory.Ssh(
                        "127.0.0.1",
                        22,
                        "root",
                        List.of(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()),
                Optional.empty(),
                Optional.empty(),
                Optional.of(docker),
                List.of());
        return engines.call(Environments.empty().build(), host, "look at the engine", call);
    }

    private String id(Inventory.Docker docker) {
        return call(docker, client -> client.infoCmd().exec().getId());
    }

    private StepFailure failing(Inventory.Docker docker) {
        return catchThrowableOfType(StepFailure.class, () -> id(docker));
    }

    @ParameterizedTest
    @CsvSource({"1.41,/v1.41/info", "1.44,/v1.44/info", "1.52,/v1.44/info", "1.30,/v1.30/info"})
    void speaksTheNewestVersionThatBothKnow(String engine, String path) {
        version = engine;

        assertThat(id(plain())).isEqualTo("engine");
        assertThat(id(plain())).isEqualTo("engine");
        assertThat(paths).containsExactly("/_ping", path, path);
    }

    @ParameterizedTest
    @CsvSource({"12,41,41", "24,43,43", "24,49,44", "44,52,44"})
    void isUnderstoodByEnginesThatRefuseWhatIsTooOldOrTooNew(int oldest, int newest, int spoken) {
        speaks(oldest, newest);

        assertThat(id(plain())).isEqualTo("engine");
        assertThat(paths).containsExactly("/_ping", "/v1." + spoken + "/info");
    }

    @ParameterizedTest
    @CsvSource({"24,41,44,52", "44,52,12,41"})
    void anEngineThatWasReplacedByAnotherVersionIsAskedAgain(int oldest, int newest, int thenOldest, int thenNewest) {
        speaks(oldest, newest);
        id(plain());
        speaks(thenOldest, thenNewest);
        StepFailure refused = failing(plain());

        assertThat(refused).isInstanceOf(StepFailure.Transient.class).hasMessageContaining("another version");
        assertThat(id(plain())).isEqualTo("engine");
        assertThat(paths).endsWith("/_ping", "/v1." + Math.min(thenNewest, 44) + "/info");
    }

    /** Both calls were made before either was refused. */
    @Test
    void twoCallsThatMeetTheReplacedEngineAtOnceAreBothMadeAgain() {
        speaks(24, 41);
        StepFailure[] inner = new StepFailure[1];
        StepFailure outer = catchThrowableOfType(
                StepFailure.class,
                () -> call(plain(), client -> {
                    client.infoCmd().exec();
                    speaks(44, 52);
                    inner[0] = failing(plain());
                    return client.infoCmd().exec().getId();
                }));

        assertThat(List.of(inner[0], outer)).allSatisfy(failure -> assertThat(failure)
                .isInstanceOf(StepFailure.Transient.class)
                .hasMessageContaining("another version"));
        assertThat(id(plain())).isEqualTo("engine");
        assertThat(paths).filteredOn("/_ping"::equals).hasSize(2);
    }

    /** Trying it again would bring the same. */
    @Test
    void anEngineThatRefusesTheVersionThatItSaysIsNoReplacedOne() {
        speaks(42, 43);
        version = "1.41";

        for (int attempt = 0; attempt < 2; attempt++) {
            assertThat(failing(plain()))
                    .isInstanceOf(StepFailure.Fatal.class)
                    .hasMessageContaining("Minimum supported API version is 1.42");
        }
    }

    @Test
    void anEngineThatIsTooNewIsSaidToBe() {
        speaks(48, 56);

        for (int attempt = 0; attempt < 2; attempt++) {
            assertThat(failing(plain()))
                    .isInstanceOf(StepFailure.Fatal.class)
                    .hasMessageContaining("Minimum supported API version is 1.48")
                    .hasMessageContaining("Muster speaks the Docker API up to 1.44 (engines 20.10 to 29)");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "401,AuthenticationFailed,FATAL",
        "403,PermissionDenied,FATAL",
        "404,NotFound,REJECTED",
        "409,Conflict,REJECTED",
        "500,DockerError,FATAL",
        "503,DockerError,TRANSIENT"
    })
    void answersBecomeFailuresWithTheEnginesWords(int code, String reason, StepFailure.Kind kind) {
        status = code;
        body = "{\"message\":\"the engine's own words\"}";
        StepFailure failure = failing(plain());

        assertThat(failure.reason()).isEqualTo(reason);
        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure)
                .hasMessage("Cannot look at the engine: the Docker engine of experimental-01 (tcp://127.0.0.1:"
                        + server.port() + ") says: the engine's own words");
    }

    @Test
    void aPortThatIsTakenIsNamedAsSuch() {
        status = 500;
        body = "{\"message\":\"driver failed: Bind for 0.0.0.0:80 failed: port is already allocated\"}";
        StepFailure failure = failing(plain());

        assertThat(failure).isInstanceOf(StepFailure.Fatal.class);
        assertThat(failure.reason()).isEqualTo("PortTaken");
        assertThat(failure).hasMessageContaining("0.0.0.0:80").hasMessageContaining("free the port");
    }

    @ParameterizedTest
    @CsvSource({
        "manifest for x:9 not found: manifest unknown,NotFound,push it again",
        "unauthorized: authentication required,AuthenticationFailed,`registries` of the environment",
        "dial tcp 192.0.2.1:443: connect: connection refused,DockerError,reached from the engine's host",
        "Get https://registry.test/v2/: dial tcp: lookup registry.test: no such host,DockerError,reached from the engine's host",
        "toomanyrequests: slow down,DockerError,slow down",
        "write /var/lib/docker/tmp/GetImageBlob1: no space left on device,NoSpace,Free space"
    })
    void aPullThatFailsInsideItsStreamIsAFailureThatSaysWhatToDo(String said, String reason, String advice) {
        body = "{\"status\":\"Pulling from x\"}\n{\"errorDetail\":{\"message\":\"" + said + "\"},\"error\":\"" + said
                + "\"}\n";
        StepFailure failure = catchThrowableOfType(
                StepFailure.class,
                () -> call(plain(), client -> {
                    try {
                        return client.pullImageCmd("x:9")
                                .exec(new PullImageResultCallback())
                                .awaitCompletion();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }));

        assertThat(failure.reason()).isEqualTo(reason);
        assertThat(failure).hasMessageContaining(said).hasMessageContaining(advice);
    }

    /** What a name server does not know now it may know when it runs again. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Get https://registry.test/v2/: dial tcp: lookup registry.test on 192.0.2.53:53: no such host",
                "failed to resolve reference registry.test/x:9: failed to do request: Head https://registry.test/v2/x/manifests/9:"
                        + " dial tcp: lookup registry.test: no such host",
                "dial tcp: lookup registry.test: Temporary failure in name resolution"
            })
    void aRegistryWhoseNameIsNotKnownIsAskedAgain(String said) {
        status = 500;
        body = "{\"message\":\"" + said + "\"}";
        StepFailure failure = failing(plain());

        assertThat(failure.kind()).isEqualTo(StepFailure.Kind.TRANSIENT);
        assertThat(failure).hasMessageContaining(said).hasMessageContaining("reached from the engine's host");
    }

    @Test
    void anEngineThatIsDownIsATransientFailure() {
        Inventory.Docker docker = plain();
        server.close();
        StepFailure failure = failing(docker);

        assertThat(failure.reason()).isEqualTo(Reason.HOST_UNREACHABLE);
        assertThat(failure.kind()).isEqualTo(StepFailure.Kind.TRANSIENT);
    }

    @Test
    void aSocketThatIsNotThereIsATransientFailure() {
        StepFailure failure = failing(
                new Inventory.Docker("unix:///nonexistent/docker.sock", List.of(), Optional.empty(), Optional.empty()));

        assertThat(failure.reason()).isEqualTo(Reason.HOST_UNREACHABLE);
        assertThat(failure).hasMessageContaining("/nonexistent/docker.sock");
    }

    @Test
    void afterNoSpaceNothingIsAdvisedThatLeavesTheImagesThere() {
        status = 500;
        body = "{\"message\":\"write /var/lib/docker/x: no space left on device\"}";

        assertThat(failing(plain()))
                .hasMessageContaining("`docker image prune` removes images without a tag")
                .hasMessageContaining("`docker image rm`");
    }

    @Test
    void speaksMutualTlsWithKeysFromMemory() {
        restart(authority.identity("engine.test", "127.0.0.1"));
        TestAuthority.Identity client = authority.identity("muster");
        wired.secrets.put("docker-key", client.keyPem());

        assertThat(id(tls(authority.pem(), client))).isEqualTo("engine");
    }

    @Test
    void aClientCertificateThatTheEngineDoesNotTrustIsAnAuthenticationFailure() {
        restart(authority.identity("127.0.0.1"));
        TestAuthority.Identity stranger = new TestAuthority("Somebody else").identity("muster");
        wired.secrets.put("docker-key", stranger.keyPem());

        assertThat(failing(tls(authority.pem(), stranger)).reason()).isEqualTo(Reason.AUTHENTICATION_FAILED);
    }

    @Test
    void anEngineOfAnotherAuthorityIsRefused() {
        restart(authority.identity("127.0.0.1"));
        TestAuthority.Identity client = authority.identity("muster");
        wired.secrets.put("docker-key", client.keyPem());
        StepFailure failure = failing(tls(new TestAuthority("Another authority").pem(), client));

        assertThat(failure.reason()).isEqualTo(Reason.CERTIFICATE_UNTRUSTED);
        assertThat(failure).hasMessageContaining("CN=127.0.0.1").hasMessageContaining("CN=Test authority");
    }

    @Test
    void anEngineWhoseCertificateIsForAnotherNameIsRefused() {
        restart(authority.identity("elsewhere.test"));
        TestAuthority.Identity client = authority.identity("muster");
        wired.secrets.put("docker-key", client.keyPem());
        StepFailure failure = failing(tls(authority.pem(), client));

        assertThat(failure.reason()).isEqualTo(Reason.CERTIFICATE_UNTRUSTED);
        assertThat(failure).hasMessageContaining("elsewhere.test").hasMessageContaining("127.0.0.1");
    }

    @Test
    void aMissingOrBrokenKeyIsNamedWithoutBeingShown() {
        TestAuthority.Identity client = authority.identity("muster");
        assertThat(failing(tls(authority.pem(), client)).reason()).isEqualTo(Reason.SECRET_MISSING);
        wired.secrets.put("docker-key", "-----BEGIN PRIVATE KEY-----\nsecretsecret\n-----END PRIVATE KEY-----");
        StepFailure failure = failing(tls(authority.pem(), client));

        assertThat(failure.reason()).isEqualTo(Reason.AUTHENTICATION_FAILED);
        assertThat(failure).hasMessageContaining("secret:docker-key").hasMessageNotContaining("secretsecret");
    }

    @Test
    void whatTheCallItselfThrowsIsLeftAlone() {
        assertThatThrownBy(() -> call(plain(), client -> {
                    throw new IllegalArgumentException("a bug");
                }))
                .isExactlyInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> call(plain(), client -> {
                    throw new StepFailure.Rejected("Own", "a step's own failure");
                }))
                .hasMessage("a step's own failure");
    }

    private void restart(TestAuthority.Identity identity) {
        server.close();
        server = TestServer.mutualTls(authority.server(identity), this::answer);
    }

    private Inventory.Docker tls(String trust, TestAuthority.Identity client) {
        return new Inventory.Docker(
                "tcp://127.0.0.1:" + server.port(),
                List.of(trust),
                Optional.of(client.certificatePem()),
                Optional.of(new SecretRef("docker-key")));
    }
}
