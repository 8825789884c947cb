package io.muster.sandbox.proxmox;

import io.muster.sandbox.SandboxHost;
import io.muster.sandbox.SandboxHosts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Hosts of the sandbox as containers. They share the machine's network and processors: limits and interfaces of a
 * configuration are kept, not enforced.
 */
public final class HostBackend implements ContainerBackend {
    private static final String LOOPBACK_PREFIX = "/8";

    private static final List<String> CLASSES = List.of("core", "monitoring");

    private final SandboxHosts hosts;

    public HostBackend(SandboxHosts hosts) {
        this.hosts = hosts;
    }

    /** The configuration with which a host is entered. */
    public static Map<String, String> configuration(SandboxHost host) {
        int vmid = host.vmid();
        Map<String, String> config = new TreeMap<>();
        config.put("arch", architecture());
        config.put("cores", "1");
        config.put("description", "A host of the sandbox");
        config.put("features", "nesting=1");
        config.put("hostname", host.name());
        config.put("memory", "512");
        config.put("net0", "name=eth0,bridge=vmbr0,ip=" + host.address() + LOOPBACK_PREFIX);
        config.put("onboot", "1");
        config.put("ostype", "debian");
        config.put("rootfs", "local-btrfs:" + vmid + "/vm-" + vmid + "-disk-0.raw,size=8G");
        config.put("swap", "0");
        config.put("tags", host.hostClass());
        config.put("unprivileged", "1");
        return config;
    }

    static String architecture() {
        return System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
    }

    @Override
    public ContainerState state(int vmid) {
        return hosts.byNumber(vmid)
                .flatMap(SandboxHost::status)
                .map(HostBackend::state)
                .orElseGet(ContainerState::stopped);
    }

    @Override
    public boolean isRunning(int vmid) {
        return hosts.byNumber(vmid).filter(SandboxHost::running).isPresent();
    }

    @Override
    public void start(int vmid, ContainerConfig config, TaskLog log) {
        try {
            host(vmid).start();
        } catch (IllegalStateException e) {
            log.line(e.getMessage());
            throw new TaskFailure("startup for container '" + vmid + "' failed");
        }
    }

    @Override
    public void stop(int vmid, TaskLog log) {
        host(vmid).stop();
    }

    @Override
    public boolean shutdown(int vmid, Duration timeout, TaskLog log) {
        return host(vmid).shutdown(timeout);
    }

    @Override
    public List<NetworkInterface> interfaces(int vmid, ContainerConfig config) {
        String hardwareAddress = config.get("net0")
                .flatMap(PropertyList::parse)
                .flatMap(net -> net.get("hwaddr"))
                .orElse("00:00:00:00:00:00")
                .toLowerCase(Locale.ROOT);
        return List.of(
                new NetworkInterface("lo", "00:00:00:00:00:00", List.of("127.0.0.1/8", "::1/128")),
                new NetworkInterface("eth0", hardwareAddress, List.of(host(vmid).address() + LOOPBACK_PREFIX)));
    }

    /** Its class is a tag of that name. */
    @Override
    public void create(int vmid, ContainerConfig config, TaskLog log) {
        try {
            SandboxHost host = hosts.make(vmid, config.hostname(vmid), address(config), hostClass(config));
            log.line("made host " + host.name() + " at " + host.address());
        } catch (IllegalStateException e) {
            throw new TaskFailure("unable to create CT " + vmid + " - " + e.getMessage());
        }
    }

    /** Its key lies outside its files here, so it is kept: in a real container a backup brings it back. */
    @Override
    public void replace(int vmid, ContainerConfig config, TaskLog log) {
        try {
            Optional<SandboxHost> old = hosts.byNumber(vmid);
            if (old.isEmpty()) {
                create(vmid, config, log);
            } else {
                hosts.replace(old.get(), config.hostname(vmid), address(config), hostClass(config));
            }
        } catch (IllegalStateException e) {
            throw new TaskFailure("unable to replace CT " + vmid + " - " + e.getMessage());
        }
    }

    private static String hostClass(ContainerConfig config) {
        List<String> tags = List.of(config.get("tags").orElse("").split("[;, ]+"));
        return CLASSES.stream().filter(tags::contains).findFirst().orElse("experimental");
    }

    @Override
    public Path root(int vmid) {
        return host(vmid).jail().root();
    }

    @Override
    public void destroy(int vmid, TaskLog log) {
        hosts.byNumber(vmid).ifPresent(hosts::remove);
    }

    /** A static one of the first interface. */
    private static Optional<String> address(ContainerConfig config) {
        return config.get("net0")
                .flatMap(PropertyList::parse)
                .flatMap(net -> net.get("ip"))
                .filter(ip -> ip.matches("[0-9.]+/\\d+"))
                .map(ip -> ip.substring(0, ip.indexOf('/')));
    }

    private static ContainerState state(SandboxHost.Running running) {
        return ContainerState.running(running.pid(), running.since(), running.memory(), running.disk());
    }

    private SandboxHost host(int vmid) {
        return hosts.byNumber(vmid).orElseThrow(() -> new TaskFailure("CT " + vmid + " is no host of the sandbox"));
    }
}
