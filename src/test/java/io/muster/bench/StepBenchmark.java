package io.muster.bench;

import com.sun.management.OperatingSystemMXBean;
import io.muster.storage.LocalPostgres;
import io.muster.storage.Migrations;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * What the journal costs: sequences of steps that do nothing beside sequences of bare service tasks, in turns, in one
 * engine, run by its job executor on one PostgreSQL that syncs to disk.
 */
class StepBenchmark {

    private static final int TASKS = 20;
    private static final int INSTANCES = Integer.getInteger("bench.instances", 60);
    private static final int ROUNDS = Integer.getInteger("bench.rounds", 5);
    private static final int[] THREADS = Arrays.stream(
                    System.getProperty("bench.threads", "1,8").split(","))
            .mapToInt(Integer::parseInt)
            .toArray();
    private static final Path DIRECTORY = Path.of("target", "bench", "steps").toAbsolutePath();

    private record Measured(
            List<Double> millis, List<Double> perSecond, List<Double> serverMillis, List<Double> databaseMillis) {
        Measured() {
            this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        }
    }

    @Test
    void aJournalledStepBesideABareServiceTask() throws IOException {
        Files.createDirectories(DIRECTORY);
        try (LocalPostgres postgres = LocalPostgres.start(DIRECTORY)) {
            new Migrations(dataSource(postgres)).migrate();
            try (StepBench bench =
                    new StepBench(DIRECTORY, postgres.url(), postgres.user(), postgres.password(), TASKS)) {
                measure(bench);
            }
        }
    }

    private static PGSimpleDataSource dataSource(LocalPostgres postgres) {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(postgres.url());
        dataSource.setUser(postgres.user());
        dataSource.setPassword(postgres.password());
        return dataSource;
    }

    private static void measure(StepBench bench) throws IOException {
        List<String> kinds = List.of(StepBench.BARE, StepBench.JOURNALLED, StepBench.TELLING);
        Figures figures = new Figures(
                "steps",
                "threads",
                "task",
                "ms a task, median (min–max)",
                "tasks a second",
                "times the bare task",
                "processor time of the server, ms a task",
                "of PostgreSQL");
        for (int count : THREADS) {
            bench.threads(count);
            kinds.forEach(kind -> bench.round(kind, INSTANCES));
            Map<String, Measured> measured = new LinkedHashMap<>();
            for (int i = 0; i < ROUNDS; i++) {
                for (String kind : kinds) {
                    Measured one = measured.computeIfAbsent(kind, it -> new Measured());
                    double server = serverSeconds();
                    double database = databaseSeconds();
                    double seconds = bench.round(kind, INSTANCES);
                    one.millis.add(seconds * 1000 / (INSTANCES * TASKS));
                    one.perSecond.add(INSTANCES * TASKS / seconds);
                    one.serverMillis.add((serverSeconds() - server) * 1000 / (INSTANCES * TASKS));
                    one.databaseMillis.add((databaseSeconds() - database) * 1000 / (INSTANCES * TASKS));
                }
            }
            report(figures, count, measured);
        }
        figures.print();
    }

    private static void report(Figures figures, int threads, Map<String, Measured> measured) {
        List<Double> bare = measured.get("bare").millis;
        measured.forEach((kind, one) -> {
            List<Double> ratios = new ArrayList<>();
            for (int i = 0; i < bare.size(); i++) {
                ratios.add(one.millis.get(i) / bare.get(i));
            }
            figures.row(
                    Integer.toString(threads),
                    kind,
                    Figures.of(one.millis, 2),
                    Figures.of(one.perSecond, 0),
                    Figures.of(ratios, 2),
                    Figures.of(one.serverMillis, 2),
                    Figures.of(one.databaseMillis, 2));
        });
    }

    private static double serverSeconds() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime() / 1e9;
    }

    /** Of its sessions and its own processes; the pools keep their sessions. */
    private static double databaseSeconds() {
        return ProcessHandle.allProcesses()
                .map(ProcessHandle::info)
                .filter(info -> info.command().orElse("").startsWith(DIRECTORY.toString()))
                .flatMap(info -> info.totalCpuDuration().stream())
                .mapToDouble(time -> time.toNanos() / 1e9)
                .sum();
    }
}
