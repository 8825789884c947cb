package io.muster.remote.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.muster.bench.Figures;
import io.muster.remote.DurableCommands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Durable commands beside OpenSSH's own client and Ansible, on the same sshd, in turns. */
class DurableBenchmark {

    private static final int COMMANDS = 20;
    private static final int WARM_UP = 100;
    private static final int ROUNDS = Integer.getInteger("bench.rounds", 5);
    private static final String BIG = "head -c 1000000000 /dev/zero";

    @TempDir
    Path directory;

    private record Timed(String name, List<Double> seconds) {
        Timed(String name) {
            this(name, new ArrayList<>());
        }

        void time(Work work) throws Exception {
            long begin = System.nanoTime();
            work.run();
            seconds.add((System.nanoTime() - begin) / 1e9);
        }
    }

    private interface Work {
        void run() throws Exception;
    }

    @Test
    void twentyCommandsInSequenceAndAGigabyteOfOutput() throws Exception {
        assumeTrue(Files.isExecutable(OpenSshServer.BINARY), "openssh-server is not installed");
        try (OpenSshServer server = new OpenSshServer(directory);
                DurableBench bench = new DurableBench(server, directory)) {
            Path key = directory.resolve("key");
            Files.writeString(key, server.privateKey());
            Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
            Path playbook = playbook(key, server);
            Timed durable = new Timed("durable");
            Timed multiplexed = new Timed("OpenSSH, multiplexed");
            Timed ansible = new Timed("Ansible, pipelining");
            Timed big = new Timed("durable, 1 GB of output");
            Timed hashed = new Timed("ssh host 'cmd | sha256sum'");
            // A server that has run for a while, as it has at night.
            for (int n = 0; n < WARM_UP; n++) {
                durable(bench, "true");
            }
            ssh(key, server, "true", true);
            for (int round = 0; round < ROUNDS; round++) {
                durable.time(() -> repeat(() -> durable(bench, "true")));
                multiplexed.time(() -> repeat(() -> ssh(key, server, "true", true)));
                big.time(() -> durable(bench, BIG));
                hashed.time(() -> ssh(key, server, BIG + " | sha256sum", false));
                if (Files.isExecutable(Path.of("/usr/bin/ansible-playbook"))) {
                    ansible.time(() -> run(List.of(
                            "ansible-playbook", "-i", directory.resolve("hosts").toString(), playbook.toString())));
                }
            }
            Figures figures = new Figures("ssh", "what", "seconds, median (min–max)", "a command, ms");
            for (Timed timed : List.of(durable, multiplexed, ansible, big, hashed)) {
                if (!timed.seconds.isEmpty()) {
                    boolean twenty = timed != big && timed != hashed;
                    figures.row(
                            timed.name,
                            Figures.of(timed.seconds, 2),
                            twenty ? Long.toString(Math.round(Figures.median(timed.seconds) * 1000 / COMMANDS)) : "");
                }
            }
            figures.print();
        }
    }

    private static void repeat(Work work) throws Exception {
        for (int n = 0; n < COMMANDS; n++) {
            work.run();
        }
    }

    private static void durable(DurableBench bench, String script) {
        AtomicLong bytes = new AtomicLong();
        MapLedger ledger = new MapLedger();
        int status = bench.wired
                .get(DurableCommands.class)
                .run(
                        new DurableCommands.Command(
                                UUID.randomUUID(), bench.direct(), script, java.util.Map.of(), false, 10_000_000),
                        ledger,
                        new Counting(bytes),
                        Duration.ofMinutes(5),
                        () -> false);
        ledger.close(true);
        assertThat(status).isZero();
    }

    private void ssh(Path key, OpenSshServer server, String command, boolean multiplexed)
            throws IOException, InterruptedException {
        List<String> argv =
                new ArrayList<>(List.of("ssh", "-n", "-i", key.toString(), "-p", Integer.toString(server.port())));
        for (String option : List.of(
                "StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR", "BatchMode=yes")) {
            argv.addAll(List.of("-o", option));
        }
        if (multiplexed) {
            for (String option :
                    List.of("ControlMaster=auto", "ControlPath=" + directory.resolve("control"), "ControlPersist=20")) {
                argv.addAll(List.of("-o", option));
            }
        }
        argv.addAll(List.of(server.user() + "@127.0.0.1", command));
        run(argv);
    }

    private void run(List<String> argv) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(argv)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("output").toFile());
        builder.environment()
                .putAll(java.util.Map.of(
                        "ANSIBLE_PIPELINING",
                        "True",
                        "ANSIBLE_HOST_KEY_CHECKING",
                        "False",
                        "ANSIBLE_GATHERING",
                        "explicit"));
        int status = builder.start().waitFor();
        assertThat(status).as(() -> argv + " in " + directory).isZero();
    }

    private Path playbook(Path key, OpenSshServer server) throws IOException {
        Files.writeString(
                directory.resolve("hosts"),
                "target ansible_host=127.0.0.1 ansible_port=" + server.port() + " ansible_user=" + server.user()
                        + " ansible_ssh_private_key_file=" + key + " ansible_python_interpreter=/usr/bin/python3\n");
        StringBuilder tasks = new StringBuilder("- hosts: target\n  gather_facts: false\n  tasks:\n");
        for (int n = 0; n < COMMANDS; n++) {
            tasks.append("    - command: /bin/true\n");
        }
        return Files.writeString(directory.resolve("playbook.yaml"), tasks);
    }

    private record Counting(AtomicLong bytes) implements DurableCommands.Output {
        @Override
        public void out(byte[] data, int offset, int length) {
            bytes.addAndGet(length);
        }

        @Override
        public void err(byte[] data, int offset, int length) {
            bytes.addAndGet(length);
        }

        @Override
        public void cut(boolean err, DurableCommands.Cut cut) {
            bytes.addAndGet(cut.bytes());
        }

        @Override
        public void note(String line) {
            throw new AssertionError(line);
        }
    }
}
