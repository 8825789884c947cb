package io.muster.sandbox;

import io.muster.sandbox.ssh.SshFront;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A machine that is no LXC container: the Proxmox VE node itself, and the one that stands outside. */
final class SandboxNode implements SandboxService {

    private static final Logger log = LoggerFactory.getLogger(SandboxNode.class);
    private static final int CHECK_EVERY_MILLIS = 250;

    private final SandboxHost host;
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "sandbox-node-watch");
        thread.setDaemon(true);
        return thread;
    });

    SandboxNode(SandboxHost host) {
        this.host = host;
    }

    /**
     * The node: reached over SSH, with {@code pct} to look into the containers.
     *
     * @param containers by their numbers
     */
    static SandboxNode ofProxmox(
            SandboxNetwork network,
            HostDirectory directory,
            HostFaults faults,
            KeyPair hostKey,
            PublicKey clientKey,
            IntFunction<Optional<SandboxHost>> containers) {
        return new SandboxNode(new SandboxHost(
                network.node(),
                directory.path(),
                network.hostsFile(),
                faults,
                List.<SandboxService.OfHost>of(
                        node -> new SshFront(node, hostKey, clientKey),
                        node -> new ContainerCommands(node.jail(), containers)),
                List.of(ContainerCommands.program(directory.path()))));
    }

    /** Outside: reached over SSH, and nothing more. */
    static SandboxNode outside(
            SandboxNetwork network, HostDirectory directory, HostFaults faults, KeyPair hostKey, PublicKey clientKey) {
        return new SandboxNode(new SandboxHost(
                network.outside(),
                directory.path(),
                network.hostsFile(),
                faults,
                List.<SandboxService.OfHost>of(host -> new SshFront(host, hostKey, clientKey))));
    }

    @Override
    public void start() {
        host.open();
        watch.scheduleWithFixedDelay(this::check, 0, CHECK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        watch.shutdown();
        host.close();
    }

    @Override
    public void end() {
        host.end();
    }

    private void check() {
        try {
            host.check();
        } catch (RuntimeException e) {
            log.warn("Looking after the node's host failed; it goes on", e);
        }
    }
}
