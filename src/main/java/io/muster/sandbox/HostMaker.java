package io.muster.sandbox;

import io.muster.sandbox.ssh.SshKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Makes hosts from what is known of their machines, and deletes their files. */
final class HostMaker {

    private final Path directory;
    private final SandboxNetwork network;
    private final Machines machines;
    private final Function<SandboxNetwork.Machine, HostFaults> faults;
    private final Function<SandboxNetwork.Machine, List<SandboxService.OfHost>> services;

    HostMaker(
            Path directory,
            SandboxNetwork network,
            Function<SandboxNetwork.Machine, HostFaults> faults,
            Function<SandboxNetwork.Machine, List<SandboxService.OfHost>> services) {
        this.directory = directory;
        this.network = network;
        this.machines = new Machines(directory, network);
        this.faults = faults;
        this.services = services;
    }

    List<SandboxHost> existing() {
        return machines.all().stream().map(this::host).toList();
    }

    /** Its private host key. */
    String key(SandboxHost host) {
        try {
            return Files.readString(new HostDirectory(host.directory()).hostKey());
        } catch (IOException e) {
            throw new UncheckedIOException("Could not read the host key of " + host.name(), e);
        }
    }

    /**
     * @param others that are there already
     * @param key its private host key; a new one where none is given
     */
    SandboxHost make(
            int vmid,
            String name,
            Optional<String> address,
            String hostClass,
            List<SandboxHost> others,
            Optional<String> key) {
        String at = address.orElseGet(() -> network.addressOf(vmid));
        if (!at.startsWith(network.prefix() + ".")) {
            throw new IllegalStateException(
                    "the address " + at + " is not in the sandbox's network " + network.prefix() + ".0.0/16");
        }
        others.stream().filter(host -> host.address().equals(at)).findFirst().ifPresent(host -> {
            throw new IllegalStateException("the address " + at + " belongs to " + host.name());
        });
        SandboxNetwork.Machine machine = new SandboxNetwork.Machine(name, at, hostClass, vmid);
        key.ifPresent(text -> keep(text, HostDirectory.of(directory, machines.folder(machine))));
        SandboxHost host = host(machine);
        host.leaveStopped();
        machines.add(machine);
        return host;
    }

    void delete(SandboxHost host) {
        machines.remove(host.vmid());
        FileTrees.delete(host.directory());
    }

    private static void keep(String key, HostDirectory host) {
        try {
            PrivateFiles.directory(host.path());
            PrivateFiles.write(host.hostKey(), key);
        } catch (IOException e) {
            throw new UncheckedIOException("Could not keep the host key " + host.hostKey(), e);
        }
    }

    private SandboxHost host(SandboxNetwork.Machine machine) {
        HostDirectory host = HostDirectory.of(directory, machines.folder(machine));
        try {
            PrivateFiles.directory(host.path());
        } catch (IOException e) {
            throw new UncheckedIOException("Could not make the directory of host " + machine.name(), e);
        }
        SshKeys.in(host.hostKey(), machine.fullName());
        return new SandboxHost(
                machine, host.path(), network.hostsFile(), faults.apply(machine), services.apply(machine));
    }
}
