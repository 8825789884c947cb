package io.muster.e2e;

import com.github.dockerjava.api.DockerClient;
import io.muster.inventory.Inventory;
import io.muster.journal.AuditChain;
import io.muster.journal.JournalDatabase;
import io.muster.remote.DockerEngines;
import io.muster.steps.SandboxBench;
import io.muster.steps.backup.ServersOfAService;
import io.muster.storage.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * A sandbox beside the servers of Muster that come and go, with {@code notes} and {@code shop}: a service like it, whose data is in
 * a volume, a PostgreSQL database and a Redis server.
 */
final class RecoverySite implements AutoCloseable {

    static final String HOST = SandboxBench.HOST;
    static final String STORE_HOST = "monitoring-01";
    static final String SHOP = "shop";
    /** Of the service, whenever it is asked how it is. */
    private static final String PROBE = ".probe";

    private static final String ROOT = "/srv/persistent/";

    final SandboxBench on;
    final ServersOfAService servers;
    private final Path directory;
    private final TestDatabase database = TestDatabase.create();
    private final JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());

    RecoverySite(Path directory) throws IOException {
        this.directory = directory;
        on = new SandboxBench(directory);
        servers = new ServersOfAService(directory, on);
        Path file = on.sandbox.inventory();
        String inventory = Files.readString(file);
        int begin = inventory.indexOf("      notes:\n");
        int end = inventory.indexOf("        promotion:", begin);
        String files = "            - {name: data, type: files, paths: [/srv/persistent/shop]}\n";
        String shop = inventory
                .substring(begin, end)
                .replace("      notes:\n", "      shop:\n")
                .replace("/srv/persistent/notes", ROOT + SHOP)
                .replace("8080:8080", "8131:8080")
                .replace("8443:8443", "8463:8443")
                .replace(".1.3:8080", ".1.3:8131")
                .replace("https://notes.sandbox.test:8443", "https://experimental-01.sandbox.test:8463")
                .replace(files, files + servers.items().indent(12));
        Files.writeString(file, inventory + shop);
    }

    /** A server that ends at the point; what one before it left goes on. @param data its directory, of its own for each of two */
    MusterProcess server(String point, String data) throws IOException {
        return MusterProcess.killedAt(
                point,
                directory.resolve("logs"),
                Map.of(
                        "SPRING_DATASOURCE_URL", database.url(),
                        "SPRING_DATASOURCE_USERNAME", database.user(),
                        "SPRING_DATASOURCE_PASSWORD", database.password(),
                        "MUSTER_DATA_DIR", directory.resolve(data).toString(),
                        "MUSTER_INVENTORY", on.sandbox.inventory().toString(),
                        "MUSTER_SECRETS_DIR", on.sandbox.secrets().toString(),
                        "MUSTER_ADMIN_USER", "first.admin",
                        "MUSTER_ADMIN_PASSWORD", "Correct-Horse-7-Staple",
                        // Its accounts, and no schedules.
                        "MUSTER_SANDBOX_ACTIVE", "true"),
                "--camunda.bpm.job-execution.lock-time-in-millis=2000",
                "--camunda.bpm.job-execution.wait-time-in-millis=100",
                "--camunda.bpm.job-execution.max-wait=300");
    }

    Path volume(String service) {
        return on.inside(HOST, ROOT + service);
    }

    Path backup(String service, String id) {
        return on.inside(STORE_HOST, ROOT + "backups/sandbox/" + service + "/" + id);
    }

    /** The backup that a run kept. */
    String backupOf(String run) {
        return jdbc.queryForObject("select id from backup where run_id = ?", String.class, run);
    }

    void write(String service, int seed) throws IOException {
        byte[] bytes = new byte[300_000];
        for (int i = 0; i < 20; i++) {
            new Random(seed * 100L + i).nextBytes(bytes);
            Files.write(Files.createDirectories(volume(service)).resolve("file-" + i), bytes);
        }
        if (service.equals(SHOP)) {
            servers.write("value " + seed + " ");
        }
    }

    /** Every file with its content, and every record. */
    Map<String, String> read(String service) throws Exception {
        Map<String, String> found = new TreeMap<>();
        Path root = volume(service);
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(file -> !file.getFileName().toString().equals(PROBE))
                    .filter(Files::isRegularFile)
                    .toList()) {
                byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
                found.put(root.relativize(file).toString(), HexFormat.of().formatHex(digest));
            }
        }
        if (service.equals(SHOP)) {
            found.put("servers", servers.read());
        }
        return found;
    }

    /** What a restore or a wipe has beside the data while it is at it. */
    List<String> beside() throws IOException {
        List<String> found =
                new java.util.ArrayList<>(Stream.of(servers.databases().split(" "))
                        .filter(name -> !name.equals(SHOP) && !name.isEmpty())
                        .toList());
        for (String directory : List.of(ROOT, ROOT + "redis")) {
            try (Stream<Path> names = Files.list(on.inside(HOST, directory))) {
                names.map(name -> name.getFileName().toString())
                        .filter(name -> name.contains(".muster-"))
                        .forEach(found::add);
            }
        }
        return found;
    }

    List<String> containers() {
        return docker(docker -> docker.listContainersCmd().withShowAll(true).exec().stream()
                .map(found -> found.getNames()[0].substring(1))
                .toList());
    }

    /** The id, and since when it runs. */
    String identity(String container) {
        return docker(docker -> {
            var found = docker.inspectContainerCmd(container).exec();
            return found.getId() + " " + found.getState().getStartedAt();
        });
    }

    /** In place of what has the name. @param marked as if Muster had made it. @return its id */
    String madeByHand(String service, String image, boolean marked) {
        return docker(docker -> {
            if (containers().contains(service)) {
                docker.removeContainerCmd(service).withForce(true).exec();
            }
            Map<String, String> labels =
                    marked ? Map.of("io.muster.service", service, "io.muster.environment", "sandbox") : Map.of();
            String id = docker.createContainerCmd(image)
                    .withName(service)
                    .withLabels(labels)
                    .exec()
                    .getId();
            docker.startContainerCmd(id).exec();
            return id;
        });
    }

    String image(String container) {
        return docker(docker ->
                docker.inspectContainerCmd(container).exec().getConfig().getImage());
    }

    void removeContainer(String id) {
        docker(docker -> docker.removeContainerCmd(id).withForce(true).exec());
    }

    private <T> T docker(Function<DockerClient, T> call) {
        Inventory.Environment environment = on.bench.environment();
        return on.bench
                .get(DockerEngines.class)
                .call(environment, environment.hosts().get(HOST), "a test", call);
    }

    /** What a run recorded as gone, by what it was, as often as it did. */
    List<String> removed(String run) {
        return jdbc.queryForList(
                "select e.target || ' ' || coalesce(e.handle, '') from step_effect e join step_run s on s.id = e.step_run_id"
                        + " where s.root_run_id = ? and e.kind in ('wiped data', 'wiped data item')",
                String.class,
                run);
    }

    /** Steps and their ends, effects and events of every run. */
    String evidence() {
        return jdbc.queryForObject(
                "select (select count(*) from audit_event) || ' ' || (select count(*) from step_effect) || ' '"
                        + " || (select string_agg(s.id || s.state, ' ' order by s.id) from step_run s)",
                String.class);
    }

    List<String> problems(String run) {
        return new AuditChain(new JournalDatabase(database.dataSource()))
                .verify(run)
                .problems();
    }

    @Override
    public void close() {
        servers.close();
        on.close();
        database.close();
    }
}
