package io.muster.steps.backup;

import static io.muster.steps.SandboxBench.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.muster.bench.Figures;
import io.muster.inventory.InventoryReader;
import io.muster.remote.ssh.OpenSshServer;
import io.muster.step.TestContext;
import io.muster.steps.Bench;
import io.muster.storage.InstalledPostgres;
import io.muster.storage.LocalPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.FileSystemUtils;

/**
 * Backup and restore of files and of a PostgreSQL database by the steps, over two connections to OpenSSH's server, beside the bare
 * pipelines on the same disk, in turns; and the heap that is left of a garbage collection while they stream. {@code
 * -Dbench.mebibytes}, {@code -Dbench.rounds} and {@code -Dbench.what} ({@code files,database}) say how much, how often and of what.
 */
class BackupBenchmark {

    private static final int MEBIBYTES = Integer.getInteger("bench.mebibytes", 1024);
    private static final int ROUNDS = Integer.getInteger("bench.rounds", 3);
    private static final List<String> WHAT =
            List.of(System.getProperty("bench.what", "files,database").split(","));
    private static final int FILE = 4 << 20;

    @TempDir
    Path directory;

    private Bench bench;
    private LocalPostgres postgres;
    private Path data;
    private Path tenth;
    private int plans;
    private Path copies;

    private interface Work {
        void run() throws Exception;
    }

    private record Timed(String name, List<Double> seconds) {
        void time(Work work) throws Exception {
            long begin = System.nanoTime();
            work.run();
            seconds.add((System.nanoTime() - begin) / 1e9);
        }
    }

    private static Timed timed(String name) {
        return new Timed(name, new ArrayList<>());
    }

    @Test
    void backupAndRestoreBesideTheBarePipelines() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/sbin/sshd")), "openssh-server is not installed");
        InstalledPostgres.requireVersion15();
        data = Files.createDirectories(directory.resolve("data/files"));
        tenth = Files.createDirectories(directory.resolve("data/tenth"));
        copies = Files.createDirectories(directory.resolve("copies"));
        postgres = InstalledPostgres.version15(directory.resolve("postgres"));
        fill();
        try (OpenSshServer server = new OpenSshServer(Files.createDirectory(directory.resolve("sshd")))) {
            bench = new Bench(directory.resolve("muster"));
            use(server);
            Figures figures = new Figures("backup", "what", "seconds, median (min–max)", "times the pipeline");
            measure(
                    figures,
                    "files",
                    "cd / && tar --numeric-owner -cf - ." + data,
                    "mkdir -p " + copies + "/restored && tar -xf - -C " + copies + "/restored",
                    "tar -df - -C " + copies + "/restored",
                    "rm -rf " + copies + "/restored");
            measure(
                    figures,
                    "database",
                    tool("pg_dump") + " -Fc -d shop",
                    tool("createdb") + " -T template0 bare && " + tool("pg_restore") + " -d bare",
                    "",
                    tool("dropdb") + " bare");
            figures.row("heap after a collection, a tenth of the files, MiB", Long.toString(heap("tenth")), "");
            figures.row("the same, all of them, MiB", Long.toString(heap("files")), "");
            figures.print();
        } finally {
            bench.close();
            postgres.close();
        }
    }

    /** @param compare the tool's own way to compare what it restored with the file, if it has one */
    private void measure(Figures figures, String service, String dump, String restore, String compare, String remove)
            throws Exception {
        if (!WHAT.contains(service)) {
            return;
        }
        Timed take = timed(service + ": backup, streamed to the store");
        Timed hashed = timed(service + ": dump | sha256sum");
        Timed kept = timed(service + ": dump | tee file | sha256sum");
        Timed seal = timed(service + ": read back through its tool and sealed");
        Timed stage = timed(service + ": restore, staged from the store and compared with it");
        Timed bare = timed(service + ": tee | sha256sum, and its tool");
        Timed compared = timed(service + ": the same, then the tool compares");
        Path file = copies.resolve(service);
        for (int round = 0; round <= ROUNDS; round++) {
            if (round == 1) {
                // The first warms the page cache and the JVM.
                List.of(take, hashed, kept, seal, stage, bare, compared)
                        .forEach(timed -> timed.seconds().clear());
            }
            Map<String, String> backup = planned(service);
            take.time(() -> bench.run(TakeBackup.class, now(), backup));
            hashed.time(() -> sh(dump + " | sha256sum"));
            kept.time(() -> sh(dump + " | tee " + file + " | sha256sum"));
            seal.time(() -> bench.run(SealBackup.class, now(), backup));
            Map<String, String> restored = with("service", service, "backup", backup.get("backup"));
            stage.time(() -> bench.run(StageRestore.class, now(), restored));
            bench.run(UndoRestore.class, now(), restored);
            String read = "cat " + file + " | tee >(sha256sum >/dev/null) | ";
            bare.time(() -> sh(read + "(" + restore + ")"));
            sh(remove);
            if (!compare.isEmpty()) {
                compared.time(() -> sh(read + "(" + restore + ") && " + read + compare));
                sh(remove);
            }
            FileSystemUtils.deleteRecursively(directory.resolve("store"));
        }
        for (Timed timed : List.of(take, hashed, kept, seal, stage, bare, compared)) {
            if (timed.seconds().isEmpty()) {
                continue;
            }
            Timed beside = timed == take ? hashed : timed == stage ? bare : null;
            figures.row(
                    timed.name(),
                    Figures.of(timed.seconds(), 2),
                    beside == null
                            ? ""
                            : times(timed, beside)
                                    + (timed == take ? "; " + times(take, kept) + " with the file kept" : "")
                                    + (timed == stage && !compared.seconds().isEmpty()
                                            ? "; " + times(stage, compared) + " with the comparison"
                                            : ""));
        }
    }

    private static String times(Timed one, Timed other) {
        return "%.2f".formatted(Figures.median(one.seconds()) / Figures.median(other.seconds()));
    }

    /** The most that was left of a collection while a backup was taken. */
    private long heap(String service) throws Exception {
        Map<String, String> backup = planned(service);
        CountDownLatch done = new CountDownLatch(1);
        long[] most = new long[1];
        Thread watch = new Thread(() -> {
            while (!ended(done)) {
                System.gc();
                most[0] = Math.max(
                        most[0],
                        Runtime.getRuntime().totalMemory()
                                - Runtime.getRuntime().freeMemory());
            }
        });
        watch.start();
        bench.run(TakeBackup.class, now(), backup);
        done.countDown();
        watch.join();
        FileSystemUtils.deleteRecursively(directory.resolve("store"));
        return most[0] >> 20;
    }

    /** Collections one after the other would let nothing else run. */
    private static boolean ended(CountDownLatch done) {
        try {
            return done.await(250, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private Map<String, String> planned(String service) {
        // Each a second later than the one before, since the time is part of its name.
        plans++;
        PlanBackup.Output planned = bench.run(PlanBackup.class, now(), with("service", service));
        return with("service", service, "backup", planned.backup(), "takenAt", planned.takenAt());
    }

    private TestContext now() {
        TestContext context = bench.context();
        context.pause(Duration.ofSeconds(plans));
        return context;
    }

    private void fill() throws Exception {
        Random random = new Random(1);
        byte[] bytes = new byte[FILE];
        for (int i = 0; i < Math.max(1, MEBIBYTES * (1 << 20L) / FILE); i++) {
            random.nextBytes(bytes);
            Files.write(data.resolve("file-" + i), bytes);
            if (i % 10 == 0) {
                Files.write(tenth.resolve("file-" + i), bytes);
            }
        }
        sh(tool("createdb") + " shop");
        // 1 MiB for each: random bytes, which no compression makes smaller.
        sh(tool("psql") + " -qd shop -c \"create extension pgcrypto; create table item (id int, content bytea);"
                + " alter table item alter content set storage external;"
                + " insert into item select n, (select string_agg(gen_random_bytes(1024), '') from generate_series(1, 1024 + 0 * n))"
                + " from generate_series(1, " + MEBIBYTES + ") n\"");
    }

    private String tool(String name) {
        return "PGPASSWORD=" + postgres.password() + " " + InstalledPostgres.program(name) + " -h127.0.0.1 -p"
                + postgres.port() + " -U" + postgres.superuser();
    }

    private void use(OpenSshServer server) throws IOException {
        bench.secrets.put("key", server.privateKey());
        bench.secrets.put("db", postgres.password());
        String host =
                """
                      %%s:
                        ssh: {address: 127.0.0.1, port: %d, user: %s, host-keys: ["%s"], private-key: secret:key}
                        class: experimental
                        docker: {endpoint: ssh}
                        persistent-storage: [%s]
                """
                        .formatted(server.port(), server.user(), server.hostKey(), directory);
        String service =
                """
                      %s:
                        image: registry.example/notes
                        class: experimental
                        container: target
                        volumes: ["%s:/data"]
                        backup: {time-limit: PT1H, size-limit: 100GiB, data: [%s]}
                """;
        Path inventory = Files.writeString(
                directory.resolve("inventory.yaml"),
                "version: 1\nenvironments:\n  test:\n    backups: {host: store, directory: " + directory
                        + "/store}\n    hosts:\n" + host.formatted("target") + host.formatted("store")
                        + "    services:\n"
                        + service.formatted("files", data, files(data))
                        + service.formatted("tenth", tenth, files(tenth))
                        + service.formatted(
                                "database",
                                directory.resolve("none"),
                                "{name: db, type: postgresql, database: shop, address: 127.0.0.1, port: "
                                        + postgres.port() + ", user: " + postgres.superuser()
                                        + ", password: secret:db}"));
        bench.use(InventoryReader.withoutSecrets()
                .read(inventory)
                .environment("test")
                .orElseThrow());
    }

    private static String files(Path path) {
        return "{name: data, type: files, paths: [" + path + "]}";
    }

    private static void sh(String script) throws Exception {
        Process process = new ProcessBuilder("bash", "-o", "pipefail", "-c", script)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor(Duration.ofHours(1).toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        assertThat(process.exitValue())
                .as(script.replaceAll("PGPASSWORD=\\S+", ""))
                .isZero();
    }
}
