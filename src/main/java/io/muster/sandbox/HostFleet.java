package io.muster.sandbox;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All hosts at once: brought up together, looked after, and brought down together. */
final class HostFleet implements SandboxHosts {

    private static final Logger log = LoggerFactory.getLogger(HostFleet.class);
    private static final Duration CHECK_EVERY = Duration.ofMillis(250);

    private final List<SandboxHost> hosts;
    private final HostMaker maker;
    private final ScheduledExecutorService watch =
            Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "watch"));

    HostFleet(HostMaker maker) {
        this.maker = maker;
        this.hosts = new CopyOnWriteArrayList<>(maker.existing());
    }

    @Override
    public List<SandboxHost> hosts() {
        return List.copyOf(hosts);
    }

    @Override
    public synchronized SandboxHost make(int vmid, String name, Optional<String> address, String hostClass) {
        SandboxHost host = maker.make(vmid, name, address, hostClass, hosts, Optional.empty());
        hosts.add(host);
        return host;
    }

    @Override
    public synchronized SandboxHost replace(SandboxHost old, String name, Optional<String> address, String hostClass) {
        String key = maker.key(old);
        int vmid = old.vmid();
        remove(old);
        SandboxHost host = maker.make(vmid, name, address, hostClass, hosts, Optional.of(key));
        hosts.add(host);
        return host;
    }

    @Override
    public synchronized void remove(SandboxHost host) {
        hosts.remove(host);
        host.stop();
        maker.delete(host);
    }

    void open() {
        forAll(SandboxHost::open);
        watch.scheduleWithFixedDelay(
                () -> hosts.forEach(HostFleet::check), 0, CHECK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Hosts that ran before this server are left to run. */
    void abandon() {
        watch.shutdown();
        forAll(SandboxHost::abandon);
    }

    void close() {
        watch.shutdown();
        forAll(SandboxHost::close);
    }

    private static void check(SandboxHost host) {
        try {
            host.check();
        } catch (RuntimeException e) {
            log.warn("Looking after host {} failed; it goes on", host.name(), e);
        }
    }

    /** Waits for all before it reports the first failure. */
    private void forAll(Consumer<SandboxHost> work) {
        ExecutorService threads =
                Executors.newFixedThreadPool(Math.max(1, hosts.size()), task -> daemon(task, "hosts"));
        try {
            CompletableFuture.allOf(hosts.stream()
                            .map(host -> CompletableFuture.runAsync(() -> work.accept(host), threads))
                            .toArray(CompletableFuture[]::new))
                    .join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        } finally {
            threads.shutdown();
        }
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, "sandbox-" + name);
        thread.setDaemon(true);
        return thread;
    }
}
