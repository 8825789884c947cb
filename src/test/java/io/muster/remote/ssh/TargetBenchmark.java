package io.muster.remote.ssh;

import io.muster.bench.Figures;
import io.muster.inventory.Inventory;
import io.muster.inventory.SecretRef;
import io.muster.sandbox.TestNetworks;
import io.muster.steps.Bench;
import io.muster.steps.target.TargetCheck;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The step {@code targetCheck} on a hundred hosts beside Ansible's {@code ping} module with fifty forks, in turns. */
class TargetBenchmark {

    private static final int HOSTS = 100;
    /** One sshd listens on sixteen addresses at most; the first is its own. */
    private static final int EACH = 15;

    private static final int TURNS = Integer.getInteger("bench.turns", 3);

    @TempDir
    Path directory;

    private final String network = TestNetworks.free();

    @Test
    void aHundredHosts() throws Exception {
        List<OpenSshServer> servers = new ArrayList<>();
        try {
            for (int from = 1; from <= HOSTS; from += EACH) {
                servers.add(server(from));
            }
            compare(servers);
        } finally {
            for (OpenSshServer server : servers) {
                server.close();
            }
        }
    }

    /** For the addresses from this one on. */
    private OpenSshServer server(int from) throws Exception {
        List<String> settings = new ArrayList<>(List.of("MaxStartups 1000"));
        IntStream.range(from, from + EACH).forEach(n -> settings.add("ListenAddress " + address(n) + ":${port}"));
        Path place = Files.createDirectory(directory.resolve("sshd" + from));
        return new OpenSshServer(place, settings.toArray(String[]::new));
    }

    private static OpenSshServer of(List<OpenSshServer> servers, int n) {
        return servers.get((n - 1) / EACH);
    }

    private void compare(List<OpenSshServer> servers) throws Exception {
        Path ansible = ansible(servers);
        List<Double> cold = new ArrayList<>();
        List<Double> warm = new ArrayList<>();
        List<Double> firsts = new ArrayList<>();
        List<Double> pings = new ArrayList<>();
        for (int turn = 0; turn < TURNS; turn++) {
            try (Bench bench = bench(servers, turn)) {
                cold.add(seconds(() -> check(bench)));
                warm.add(seconds(() -> check(bench)));
            }
            Path sockets = Files.createDirectory(directory.resolve("cp" + turn));
            firsts.add(seconds(() -> ping(ansible, sockets)));
            pings.add(seconds(() -> ping(ansible, sockets)));
        }
        Figures figures = new Figures("target-check", "100 hosts", "seconds, new connections", "open connections");
        figures.row("target-check", Figures.of(cold, 2), Figures.of(warm, 2));
        figures.row("ansible -m ping -f 50", Figures.of(firsts, 2), Figures.of(pings, 2));
        figures.print();
    }

    private String address(int n) {
        return network + ".3." + n;
    }

    private Bench bench(List<OpenSshServer> servers, int turn) {
        Bench bench = new Bench(directory.resolve("data" + turn));
        for (int n = 1; n <= HOSTS; n++) {
            OpenSshServer server = of(servers, n);
            bench.secrets.put("key-" + server.port(), server.privateKey());
            Inventory.Ssh ssh = new Inventory.Ssh(
                    address(n),
                    server.port(),
                    server.user(),
                    List.of(server.hostKey()),
                    Optional.of(new SecretRef("key-" + server.port())),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());
            bench.hosts.put("host-" + n, SshHostsContract.host("host-" + n, ssh));
        }
        // Wired before anything is measured.
        bench.get(TargetCheck.class);
        return bench;
    }

    private static void check(Bench bench) {
        TargetCheck.Output output = bench.run(TargetCheck.class, Map.of("limit", "PT60S"));
        if (!output.ready() || output.targets() != HOSTS) {
            throw new IllegalStateException(output.summary() + " " + output.findings());
        }
    }

    private Path ansible(List<OpenSshServer> servers) throws Exception {
        StringBuilder inventory = new StringBuilder();
        for (int n = 1; n <= HOSTS; n++) {
            OpenSshServer server = of(servers, n);
            Path key = directory.resolve("key-" + server.port());
            Files.writeString(key, server.privateKey());
            Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
            inventory
                    .append("host-" + n + " ansible_host=" + address(n) + " ansible_port=" + server.port())
                    .append(" ansible_user=" + server.user() + " ansible_ssh_private_key_file=" + key)
                    .append(" ansible_python_interpreter=/usr/bin/python3\n");
        }
        return Files.writeString(directory.resolve("ansible.ini"), inventory);
    }

    private static void ping(Path inventory, Path sockets) {
        try {
            Tool.run(
                    Map.of(
                            "ANSIBLE_HOST_KEY_CHECKING", "False",
                            "ANSIBLE_PIPELINING", "True",
                            "ANSIBLE_SSH_CONTROL_PATH_DIR", sockets.toString()),
                    "",
                    "ansible",
                    "all",
                    "-i",
                    inventory.toString(),
                    "-m",
                    "ping",
                    "-f",
                    "50",
                    "-o");
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static double seconds(Runnable work) {
        long started = System.nanoTime();
        work.run();
        return (System.nanoTime() - started) / 1e9;
    }
}
