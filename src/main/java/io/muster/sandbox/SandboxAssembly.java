package io.muster.sandbox;

import io.muster.sandbox.ca.CertificateAuthority;
import io.muster.sandbox.ca.Identity;
import io.muster.sandbox.docker.ContainerAddresses;
import io.muster.sandbox.docker.DockerEngine;
import io.muster.sandbox.prometheus.PrometheusServer;
import io.muster.sandbox.proxmox.Account;
import io.muster.sandbox.proxmox.ApiToken;
import io.muster.sandbox.proxmox.HostBackend;
import io.muster.sandbox.proxmox.ProxmoxServer;
import io.muster.sandbox.registry.Registry;
import io.muster.sandbox.ssh.SshFront;
import io.muster.sandbox.ssh.SshKeys;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes a sandbox's files, hosts and servers; starts none of them. */
final class SandboxAssembly {

    private static final String NODE = "proxima";

    private final Path directory;
    private final SandboxNetwork network;
    private final CertificateAuthority authority;
    private final KeyPair clientKey;
    private final SandboxSecrets secrets;

    SandboxAssembly(Path directory, SandboxNetwork network) throws IOException {
        this.directory = directory;
        this.network = network;
        this.authority = CertificateAuthority.in(PrivateFiles.directory(directory.resolve("ca")), Clock.systemUTC());
        Path keyFile = PrivateFiles.directory(directory.resolve("keys")).resolve("client_ed25519");
        this.clientKey = SshKeys.in(keyFile, "muster-sandbox");
        this.secrets = new SandboxSecrets(PrivateFiles.directory(directory.resolve("secrets")));
        Identity dockerClient = authority.client("muster");
        secrets.write(keyFile, dockerClient);
        PrivateFiles.write(directory.resolve("ca.pem"), authority.pem());
        PrivateFiles.write(directory.resolve("docker-client.pem"), dockerClient.certificatePem());
    }

    /** By host, in OpenSSH's format. */
    Map<String, String> hostKeyLines() throws IOException {
        Map<String, String> lines = new LinkedHashMap<>();
        List<SandboxNetwork.Machine> machines = new ArrayList<>(network.machines());
        machines.add(network.node());
        machines.add(network.outside());
        for (SandboxNetwork.Machine machine : machines) {
            HostDirectory host = HostDirectory.of(directory, machine.name());
            PrivateFiles.directory(host.path());
            lines.put(machine.name(), SshKeys.publicLine(SshKeys.in(host.hostKey(), machine.fullName())));
        }
        return lines;
    }

    HostFleet fleet() throws IOException {
        SandboxService.OfHost docker = DockerEngine.onHosts(new DockerEngine.Settings(
                SandboxNetwork.DOCKER_PORT,
                Map.of(
                        registryName(),
                        URI.create("https://" + network.registry() + ":" + SandboxNetwork.REGISTRY_PORT)),
                network.hostsFile(),
                SandboxNetwork.ZONE,
                authority,
                new ContainerAddresses(directory.resolve("addresses"), network.prefix()),
                Clock.systemUTC()));
        return new HostFleet(new HostMaker(
                directory,
                network,
                machine -> new HostFaults(faults(), machine.name()),
                machine -> services(machine, docker)));
    }

    private List<SandboxService.OfHost> services(SandboxNetwork.Machine machine, SandboxService.OfHost docker) {
        List<SandboxService.OfHost> services = new ArrayList<>();
        services.add(host -> new SshFront(host, hostKey(host), clientKey.getPublic()));
        services.add(docker);
        if (machine.hostClass().equals("monitoring")) {
            services.add(host ->
                    PrometheusServer.on(host, authority.clientContext(), network.hostsFile(), Clock.systemUTC()));
        }
        return services;
    }

    private static KeyPair hostKey(SandboxHost host) {
        return SshKeys.in(new HostDirectory(host.directory()).hostKey(), host.name() + "." + SandboxNetwork.ZONE);
    }

    /** What stands beside the hosts. */
    List<SandboxService> fronts(SandboxHosts hosts) throws IOException {
        return List.of(new NameService(network), registry(), proxmox(hosts), node(hosts), outside());
    }

    private SandboxNode node(SandboxHosts hosts) throws IOException {
        HostDirectory host = HostDirectory.of(directory, network.node().name());
        PrivateFiles.directory(host.path());
        return SandboxNode.ofProxmox(
                network,
                host,
                new HostFaults(faults(), network.node().name()),
                SshKeys.in(host.hostKey(), network.node().fullName()),
                clientKey.getPublic(),
                hosts::byNumber);
    }

    private SandboxNode outside() throws IOException {
        SandboxNetwork.Machine machine = network.outside();
        HostDirectory host = HostDirectory.of(directory, machine.name());
        PrivateFiles.directory(host.path());
        return SandboxNode.outside(
                network,
                host,
                new HostFaults(faults(), machine.name()),
                SshKeys.in(host.hostKey(), machine.fullName()),
                clientKey.getPublic());
    }

    private Registry registry() {
        Identity identity = authority.server("registry." + SandboxNetwork.ZONE, List.of(network.registry()));
        return new Registry(
                directory.resolve("images"),
                network.registry(),
                SandboxNetwork.REGISTRY_PORT,
                authority.serverContext(identity));
    }

    private static String registryName() {
        return "registry." + SandboxNetwork.ZONE + ":" + SandboxNetwork.REGISTRY_PORT;
    }

    private ProxmoxServer proxmox(SandboxHosts hosts) throws IOException {
        Identity identity = authority.server(NODE + "." + SandboxNetwork.ZONE, List.of(NODE, network.proxmox()));
        ProxmoxServer proxmox = new ProxmoxServer(new ProxmoxServer.Settings(
                new InetSocketAddress(network.proxmox(), SandboxNetwork.PROXMOX_PORT),
                authority.serverContext(identity),
                NODE,
                directory.resolve(NODE),
                faults(),
                new HostBackend(hosts),
                List.of(ApiToken.forRunbooks("muster@pve", "runbooks", secrets.proxmoxToken())),
                List.of(new Account("root@pam", secrets.proxmoxPassword())),
                Clock.systemUTC()));
        hosts.hosts().forEach(proxmox::adopt);
        proxmox.provideTemplate();
        return proxmox;
    }

    private Path faults() {
        return directory.resolve("faults");
    }
}
