package io.muster.remote.ssh;

import io.muster.inventory.Inventory;
import io.muster.remote.Environments;
import io.muster.remote.SshHosts;
import io.muster.remote.Wired;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import net.schmizz.sshj.SSHClient;
import net.schmizz.sshj.connection.channel.direct.Session;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@link SshHosts#run} adds to sshj's bare exec on an open connection to a real sshd, in turns; and one command on
 * 200 hosts, with the threads that their connections hold afterwards.
 */
class SshBenchmark {

    private static final int TURNS = Integer.getInteger("bench.turns", 200);
    private static final int HOSTS = 200;
    private static final int AT_ONCE = 32;

    @TempDir
    Path directory;

    @Test
    void commandOnAnOpenConnection() throws Exception {
        try (Wired wired = new Wired();
                OpenSshServer server = new OpenSshServer(directory);
                SSHClient client = new SSHClient()) {
            wired.secrets.put("key", server.privateKey());
            SshHosts hosts = wired.get(SshHosts.class);
            SshHosts.Target target = Access.to(server).key("key").target();
            connect(client, server);
            List<Double> bare = new ArrayList<>();
            List<Double> ours = new ArrayList<>();
            for (int i = 0; i < TURNS + 20; i++) {
                double one = millis(() -> exec(client));
                double other = millis(() -> run(hosts, target));
                if (i >= 20) {
                    bare.add(one);
                    ours.add(other);
                }
            }
            print("ssh-command", "exec by sshj " + of(bare) + " ms; SshHosts.run " + of(ours) + " ms");
        }
    }

    @Test
    void oneCommandOnManyHosts() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
        try (Wired wired = new Wired();
                OpenSshServer server = new OpenSshServer(directory, "MaxStartups 1000")) {
            wired.secrets.put("key", server.privateKey());
            SshHosts hosts = wired.get(SshHosts.class);
            List<SshHosts.Target> targets = targets(server);
            double cold = millis(() -> everywhere(threads, hosts, targets));
            double warm = millis(() -> everywhere(threads, hosts, targets));
            long readers = Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().startsWith("sshj-Reader"))
                    .count();
            print(
                    "ssh-hosts",
                    String.format(
                            Locale.ROOT,
                            "%d hosts, %d at once: %.0f ms with new connections, %.0f ms on open ones; %d connections,"
                                    + " %d reading threads",
                            HOSTS,
                            AT_ONCE,
                            cold,
                            warm,
                            wired.get(SshPool.class).open(),
                            readers));
        } finally {
            threads.shutdown();
        }
    }

    private static List<SshHosts.Target> targets(OpenSshServer server) {
        Environments environment = Environments.empty();
        List<SshHosts.Target> targets = new ArrayList<>();
        for (int i = 0; i < HOSTS; i++) {
            Inventory.Host host = SshHostsContract.host(
                    "host-" + i, Access.to(server).key("key").ssh());
            targets.add(new SshHosts.Target(environment.host(host).build(), host));
        }
        return targets;
    }

    private static void everywhere(ExecutorService threads, SshHosts hosts, List<SshHosts.Target> targets)
            throws Exception {
        List<Future<?>> all = new ArrayList<>();
        targets.forEach(target -> all.add(threads.submit(() -> run(hosts, target))));
        for (Future<?> one : all) {
            one.get();
        }
    }

    private static void run(SshHosts hosts, SshHosts.Target target) {
        int status = hosts.run(target, "exit 0", Map.of(), false, new Printed(), Duration.ofMinutes(1), () -> false);
        if (status != 0) {
            throw new IllegalStateException("exit status " + status);
        }
    }

    private static void connect(SSHClient client, OpenSshServer server) throws Exception {
        client.addHostKeyVerifier(
                new PinnedHostKeys(Route.to(Access.to(server).key("key").target()), java.time.Clock.systemUTC()));
        client.setSocketFactory(NoDelaySocketFactory.INSTANCE);
        client.connect("127.0.0.1", server.port());
        client.authPublickey(server.user(), client.loadKeys(server.privateKey(), null, null));
    }

    private static void exec(SSHClient client) throws Exception {
        try (Session session = client.startSession();
                Session.Command command = session.exec("exec /bin/sh -c 'exit 0'")) {
            command.join();
        }
    }

    private interface Work {
        void run() throws Exception;
    }

    private static double millis(Work work) throws Exception {
        long started = System.nanoTime();
        work.run();
        return (System.nanoTime() - started) / 1e6;
    }

    /** Median, and nine in ten. */
    private static String of(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return String.format(
                Locale.ROOT, "%.1f (90 %%: %.1f)", sorted.get(sorted.size() / 2), sorted.get(sorted.size() * 9 / 10));
    }

    private static void print(String name, String figures) throws Exception {
        Path file = Files.createDirectories(Path.of("target", "bench")).resolve(name + ".md");
        String load = Files.readString(Path.of("/proc/loadavg")).strip();
        Files.writeString(file, figures + "; load " + load + "\n");
    }
}
