package io.muster.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.storage.InstalledPostgres;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The image of docs/production/Dockerfile, on a real engine and PostgreSQL 15, with an inventory that is not the sandbox's. */
@Timeout(900)
class ContainerImageIT {

    private static final String ADMIN_PASSWORD = "Correct-Horse-7-Staple";

    @TempDir
    Path directory;

    @BeforeAll
    static void thePartsAreThere() throws Exception {
        InstalledPostgres.requireVersion15();
        DockerCommand.requireEngine();
    }

    @Test
    void theImageMigratesServesWithoutPrivilegesAndStopsCleanly() throws Exception {
        try (ProductionDatabase database = new ProductionDatabase(directory.resolve("database"));
                DockerCommand docker = new DockerCommand(directory.resolve("docker"))) {
            docker.run(
                    "build",
                    "--file=docs/production/Dockerfile",
                    "--build-arg=BASE=" + docker.importJavaRuntime(),
                    "--tag=muster",
                    ".");
            assertThat(docker.run("inspect", "--format={{.Config.User}} {{.Config.Env}}", "muster"))
                    .startsWith("10001:10001")
                    .doesNotContainIgnoringCase("password");

            assertThat(docker.run(run(owner(database), "--rm", "muster", "migrate")))
                    .contains("applied V1 ");
            int port = freePort();
            docker.run(run(server(database, port), "--detach", "--name=muster", "muster"));
            await().atMost(Duration.ofMinutes(4))
                    .pollInterval(Duration.ofSeconds(1))
                    .until(
                            () -> docker.run(
                                    "inspect", "--format={{.State.Status}} {{.State.Health.Status}}", "muster"),
                            state -> {
                                assertThat(state).as(() -> logs(docker)).startsWith("running");
                                return state.endsWith(" healthy");
                            });
            aPersonGetsAnAccount(port);
            docker.run("stop", "--time=60", "muster");
            assertThat(docker.run("inspect", "--format={{.State.ExitCode}}", "muster"))
                    .isEqualTo("143");
        }
    }

    private static String logs(DockerCommand docker) {
        try {
            return docker.run("logs", "muster");
        } catch (Exception e) {
            return e.toString();
        }
    }

    private static String[] run(Map<String, String> environment, String... rest) {
        List<String> arguments = new ArrayList<>(List.of(
                "run",
                "--network=host",
                "--read-only",
                "--tmpfs=/tmp",
                "--cap-drop=ALL",
                "--security-opt=no-new-privileges"));
        environment.forEach((name, value) -> arguments.add(
                name.startsWith("/") ? "--volume=" + value + ":" + name + ":ro" : "--env=" + name + "=" + value));
        arguments.addAll(List.of(rest));
        return arguments.toArray(String[]::new);
    }

    private static Map<String, String> owner(ProductionDatabase database) {
        return Map.of(
                "SPRING_DATASOURCE_URL", database.server("muster").get("SPRING_DATASOURCE_URL"),
                "SPRING_DATASOURCE_USERNAME", "muster_server",
                "MUSTER_MIGRATE_DATASOURCE_USERNAME", "muster_owner",
                "MUSTER_MIGRATE_DATASOURCE_PASSWORD", "choose one");
    }

    private Map<String, String> server(ProductionDatabase database, int port) throws Exception {
        Path inventory = Files.writeString(
                directory.resolve("inventory.yaml"),
                "version: 1\nenvironments:\n  prod:\n    approval: second-person\n");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        return Map.of(
                "SPRING_DATASOURCE_URL", database.server("muster").get("SPRING_DATASOURCE_URL"),
                "SPRING_DATASOURCE_USERNAME", "muster_server",
                "SPRING_DATASOURCE_PASSWORD", "choose another",
                "SERVER_ADDRESS", "127.0.0.1",
                "SERVER_PORT", Integer.toString(port),
                "MUSTER_ADMIN_USER", "first.admin",
                "MUSTER_ADMIN_PASSWORD", ADMIN_PASSWORD,
                "MUSTER_INVENTORY", "/etc/muster/inventory.yaml",
                "/etc/muster/inventory.yaml", inventory.toString());
    }

    /** As docs/production.md says: by the administrator, over REST. */
    private static void aPersonGetsAnAccount(int port) throws Exception {
        String body =
                """
                {"profile": {"id": "dana", "firstName": "Dana", "lastName": "O."}, "credentials": {"password": "%s"}}
                """
                        .formatted(ADMIN_PASSWORD);
        assertThat(send(port, "first.admin", "POST", "/engine-rest/user/create", body))
                .isEqualTo(204);
        assertThat(send(port, "first.admin", "PUT", "/engine-rest/group/operators/members/dana", "{}"))
                .isEqualTo(204);
        assertThat(send(port, "dana", "GET", "/api/runs", "")).isEqualTo(200);
        assertThat(send(port, "operator", "GET", "/api/runs", "")).isEqualTo(401);
        assertThat(send(port, "dana", "GET", "/actuator/prometheus", "")).isEqualTo(403);
        assertThat(send(port, "first.admin", "GET", "/actuator/prometheus", "")).isEqualTo(200);
    }

    private static int send(int port, String user, String method, String path, String body) throws Exception {
        String credentials = Base64.getEncoder().encodeToString((user + ":" + ADMIN_PASSWORD).getBytes());
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Authorization", "Basic " + credentials)
                .header("Content-Type", "application/json")
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).statusCode();
    }

    private static int freePort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
