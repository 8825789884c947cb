package io.muster.crash;

import io.muster.journal.AuditChain;
import io.muster.journal.JournalDatabase;
import io.muster.remote.ssh.OpenSshServer;
import io.muster.storage.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.springframework.jdbc.core.JdbcTemplate;

/** A target, a database, and one life of a server after the other. Close it. */
final class CrashBench implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    /** Longer than what is left on a target is left alone. */
    private static final Duration SWEPT = Duration.ofHours(1);

    private final Path directory;
    private final TestDatabase database = TestDatabase.create();
    private final JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
    private final OpenSshServer target;
    private final Path effects;
    private final ClassArchive classes;
    private int lives;

    CrashBench(Path directory) throws Exception {
        this.directory = directory;
        this.target = new OpenSshServer(Files.createDirectory(directory.resolve("sshd")));
        this.effects = directory.resolve("effects");
        this.classes = new ClassArchive(directory);
        Path key = Files.createDirectory(directory.resolve("secrets")).resolve("key");
        Files.writeString(key, target.privateKey());
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        Files.writeString(
                directory.resolve("inventory.yaml"),
                """
                version: 1
                environments:
                  crash:
                    hosts:
                      target:
                        ssh:
                          address: 127.0.0.1
                          port: %d
                          user: %s
                          host-keys: ["%s"]
                          private-key: secret:key
                """
                        .formatted(target.port(), target.user(), target.hostKey()));
    }

    Path effects() {
        return effects;
    }

    /** A life that ends in order, after which lives begin sooner. Worth its time before many of them. */
    void warmUp() throws Exception {
        Process process = start("", CrashServer.ENDS, Duration.ZERO);
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new AssertionError("The server did not end in order; it said:\n" + said());
            }
        } finally {
            process.destroyForcibly();
        }
    }

    /** A life that ends by the fault. */
    void killed(String run, String at) throws Exception {
        Process process = start(run, at, Duration.ZERO);
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("The server was not killed at " + at + "; it said:\n" + said());
            }
            if (process.exitValue() != 137) {
                throw new AssertionError(
                        "The server ended with " + process.exitValue() + " at " + at + "; it said:\n" + said());
            }
        } finally {
            process.destroyForcibly();
        }
    }

    /** A life in which all that is left comes to its end, and one later, in which what a kill left on the target is swept. */
    void finish() throws Exception {
        until(Duration.ZERO, () -> open() == 0);
        until(
                SWEPT,
                () -> claims().stream().allMatch(CrashBench::isOver)
                        && jdbc.queryForObject("select count(*) from step_left", Long.class) == 0);
    }

    /** A life that freezes at the fault while another server does what it left, and is then continued: it changes no evidence. */
    void frozen(String run, String at) throws Exception {
        Process process = start(run, "freeze:" + at, Duration.ZERO);
        Path said = log();
        try {
            await(() -> Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"))
                    .contains(") T "));
            until(Duration.ZERO, () -> open() == 0);
            String evidence = evidence();
            new ProcessBuilder("kill", "-CONT", Long.toString(process.pid()))
                    .start()
                    .waitFor();
            await(() -> Files.readString(said).contains("was taken over by another server"));
            if (!evidence.equals(evidence())) {
                throw new AssertionError("It was " + evidence + " and is " + evidence());
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private long open() {
        return jdbc.queryForObject("select count(*) from act_ru_execution", Long.class);
    }

    private String evidence() {
        return jdbc.queryForObject(
                "select (select count(*) from audit_event) || ' ' || (select string_agg(s::text, ' ' order by id)"
                        + " from step_run s) || (select count(*) from step_log)",
                String.class);
    }

    private static void await(Callable<Boolean> done) {
        Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(100)).until(done);
    }

    private void until(Duration later, Callable<Boolean> done) throws Exception {
        Process process = start("", "none", later);
        try {
            await(done);
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private Process start(String run, String at, Duration later) throws IOException {
        lives++;
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx256m"));
        command.addAll(classes.options(at.equals(CrashServer.ENDS)));
        command.add(CrashServer.class.getName());
        command.addAll(List.of(
                "--spring.datasource.url=" + database.url(),
                "--spring.datasource.username=" + database.user(),
                "--spring.datasource.password=" + database.password(),
                "--muster.data-dir=" + directory.resolve(at.startsWith("freeze") ? "data-of-the-frozen" : "data"),
                "--muster.inventory=" + directory.resolve("inventory.yaml"),
                "--muster.secrets-dir=" + directory.resolve("secrets"),
                "--muster.admin.user=crash",
                "--muster.admin.password=Correct-Horse-7-Staple",
                "--muster.ssh.command-directory=" + directory.resolve("commands"),
                "--camunda.bpm.job-execution.lock-time-in-millis=2000",
                "--camunda.bpm.job-execution.wait-time-in-millis=100",
                "--camunda.bpm.job-execution.max-wait=300",
                // No runbook here decides by rules, and their engine takes a third of the start.
                "--camunda.bpm.generic-properties.properties.dmn-enabled=false",
                "--logging.level.root=warn",
                "--crash.effects=" + effects,
                "--crash.run=" + run,
                "--crash.later=" + later,
                "--crash.at=" + at));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log().toFile())
                .start();
    }

    private String said() throws IOException {
        return Files.readString(log());
    }

    private Path log() {
        return directory.resolve("server-" + lives + ".log");
    }

    List<String> countedOnTheTarget() throws IOException {
        return Files.readAllLines(effects);
    }

    /** What is left of commands on the target. */
    List<Path> claims() throws IOException {
        try (var files = Files.list(directory.resolve("commands"))) {
            return files.filter(Files::isDirectory).toList();
        }
    }

    /** A claim without content, which keeps a late start from running. */
    static boolean isOver(Path claim) {
        try (var files = Files.list(claim)) {
            return files.allMatch(file -> file.getFileName().toString().equals("state"));
        } catch (IOException removedMeanwhile) {
            return true;
        }
    }

    List<String> runs() {
        return jdbc.queryForList("select id from run order by started_at", String.class);
    }

    List<String> statesOf(String run) {
        return jdbc.queryForList(
                "select activity_id || ' ' || state || ' ' || (acknowledged_at is not null) from step_run where run_id = ?"
                        + " order by activity_id",
                String.class,
                run);
    }

    String endOf(String run) {
        return jdbc.queryForObject("select end_state || ' ' || outcome from run where id = ?", String.class, run);
    }

    /** The output of each step of a run, in the order of the journal. */
    List<String> outputsOf(String run) {
        return jdbc.queryForList(
                "select string_agg(l.text || case when l.continued then '' else ' ' end, '' order by l.seq)"
                        + " from step_run s left join step_log l on l.step_run_id = s.id and l.stream = 'out'"
                        + " where s.run_id = ? group by s.id",
                String.class,
                run);
    }

    List<String> problemsOf(String run) {
        return new AuditChain(new JournalDatabase(database.dataSource()))
                .verify(run)
                .problems();
    }

    @Override
    public void close() throws Exception {
        target.close();
        database.close();
    }
}
