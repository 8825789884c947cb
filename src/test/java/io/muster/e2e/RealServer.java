package io.muster.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.sandbox.proxmox.RunningProxmox;
import io.muster.steps.docker.RealRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;

/** Muster as a process on PostgreSQL 15, with an inventory of a real site and accounts that its administrator made. */
final class RealServer implements AutoCloseable {

    static final String ENVIRONMENT = "site";

    private static final String PASSWORD = "Correct-Horse-7-Staple";

    private final ProductionDatabase database;
    private final MusterProcess muster;

    RealServer(Path directory, RealSite site, String repository) throws Exception {
        Path inventory = inventory(Files.createDirectories(directory), site, repository);
        database = new ProductionDatabase(directory.resolve("database"));
        database.migrated("muster");
        Map<String, String> environment = new HashMap<>(database.server("muster"));
        environment.put("MUSTER_INVENTORY", inventory.toString());
        environment.put("MUSTER_SECRETS_DIR", secrets(directory, site).toString());
        environment.put("MUSTER_ADMIN_USER", "first.admin");
        environment.put("MUSTER_ADMIN_PASSWORD", PASSWORD);
        muster = started(database, environment);
        account("operator", "operators");
        account("approver", "approvers");
    }

    private static MusterProcess started(ProductionDatabase database, Map<String, String> environment)
            throws IOException {
        try {
            return MusterProcess.started(database.logs(), environment);
        } catch (IOException | AssertionError e) {
            database.close();
            throw e;
        }
    }

    Api api() {
        return muster.api().knowing(user -> PASSWORD);
    }

    String log() {
        return muster.log();
    }

    private void account(String id, String group) {
        Map<String, Object> user = Map.of(
                "profile", Map.of("id", id, "firstName", id, "lastName", "Test"),
                "credentials", Map.of("password", PASSWORD));
        assertThat(api().post("first.admin", "/engine-rest/user/create", user).status())
                .isEqualTo(204);
        String membership = "/engine-rest/group/" + group + "/members/" + id;
        assertThat(api().put("first.admin", membership, Map.of()).status()).isEqualTo(204);
    }

    private static Path secrets(Path directory, RealSite site) throws IOException {
        Path secrets = Files.createDirectories(directory.resolve("secrets"));
        Map<String, String> values = Map.of(
                "ssh-key",
                site.login.privateKey(),
                "docker-key",
                site.dockerClient.keyPem(),
                "proxmox-token",
                RunningProxmox.SECRET,
                "registry-password",
                RealRegistry.PASSWORD);
        for (Map.Entry<String, String> value : values.entrySet()) {
            Path file = Files.writeString(secrets.resolve(value.getKey()), value.getValue());
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        }
        return secrets;
    }

    private static Path inventory(Path directory, RealSite site, String repository) throws IOException {
        Files.writeString(directory.resolve("ca.pem"), site.authority.pem());
        Files.writeString(directory.resolve("node-ca.pem"), site.nodeAuthority.pem());
        Files.writeString(directory.resolve("docker-client.pem"), site.dockerClient.certificatePem());
        String core = site.address(RealSite.CORE);
        String monitoring = site.address(RealSite.MONITORING);
        String text =
                """
                version: 1
                environments:
                  site:
                    description: Real parts
                    approval: second-person
                    registries:
                      "%1$s": {username: %2$s, password: secret:registry-password, trust: [ca.pem]}
                    nodes:
                      proxima: {api: "%3$s", token-id: "%4$s", token-secret: secret:proxmox-token, trust: [node-ca.pem]}
                    hosts:
                %5$s
                    monitoring: {prometheus: "http://%6$s:9090", host: monitoring-01, targets-directory: /etc/prometheus/targets}
                    archive: {host: monitoring-01, directory: /srv/persistent/archive}
                    services:
                %7$s
                """
                        .formatted(
                                site.registry.name(),
                                RealRegistry.USER,
                                site.proxmox.localUrl(),
                                RunningProxmox.TOKEN_ID,
                                host(site, RealSite.CORE, "core-01", "core", tls(core))
                                        + host(site, RealSite.MONITORING, "monitoring-01", "monitoring", "")
                                        + host(
                                                site,
                                                RealSite.EXPERIMENTAL,
                                                "experimental-01",
                                                "experimental",
                                                "docker: {endpoint: ssh}"),
                                monitoring,
                                service(site, repository, "notes", 8080)
                                        + service(site, repository, "notes-bad", 8081));
        return Files.writeString(directory.resolve("inventory.yaml"), text);
    }

    private static String tls(String address) {
        return "docker: {endpoint: \"tcp://" + address
                + ":2376\", trust: [ca.pem], certificate: docker-client.pem, private-key: secret:docker-key}";
    }

    private static String host(RealSite site, int vmid, String name, String hostClass, String docker)
            throws IOException {
        return """
                %s:
                  ssh: {address: %s, user: root, host-keys: ["%s"], private-key: secret:ssh-key}
                  class: %s
                  lxc: {node: proxima, vmid: %d}
                  %s
                  persistent-storage: [/srv/persistent]
                """
                .formatted(name, site.address(vmid), site.hostKey(vmid), hostClass, vmid, docker)
                .indent(6);
    }

    private static String service(RealSite site, String repository, String name, int port) {
        return """
                %1$s:
                  description: A small notebook
                  image: "%2$s"
                  class: experimental
                  container: experimental-01
                  volumes: ["/srv/persistent/%1$s:/data"]
                  ports: ["%3$d:8080"]
                  limits: {memory: 256MiB, cpus: 1}
                  health: {url: "http://%4$s:%3$d/health", status: 200, json-path: $.status, json-value: UP}
                  health-check: {test: [CMD, /opt/notes/bin/healthcheck], interval: PT1S, timeout: PT15S, start-period: PT20S, retries: 3}
                  metrics: {target: "%4$s:%3$d", path: /metrics, scheme: http}
                  recovery: {rto: PT15M, rpo: PT24H}
                  promotion:
                    container: core-01
                    class: core
                    after: PT1S
                    ports: ["9090:8080"]
                    health: {url: "http://%5$s:9090/health", status: 200, json-path: $.status, json-value: UP}
                    metrics: {target: "%5$s:9090", path: /metrics, scheme: http}
                    limits: {memory: 512MiB, cpus: 1}
                """
                .formatted(name, repository, port, site.address(RealSite.EXPERIMENTAL), site.address(RealSite.CORE))
                .replaceAll(name.equals("notes") ? "$^" : "(?s)  promotion:.*", "")
                .indent(6);
    }

    @Override
    public void close() throws Exception {
        muster.close();
        database.close();
    }
}
