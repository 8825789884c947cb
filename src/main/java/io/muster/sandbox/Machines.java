package io.muster.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Which machines there are, in a file once they are no longer those that the network begins with. */
final class Machines {

    private final Path file;
    private final SandboxNetwork network;

    Machines(Path directory, SandboxNetwork network) {
        this.file = directory.resolve("machines");
        this.network = network;
    }

    List<SandboxNetwork.Machine> all() {
        if (Files.notExists(file)) {
            return network.machines();
        }
        try {
            return Files.readAllLines(file).stream().map(this::parse).toList();
        } catch (IOException e) {
            throw new UncheckedIOException("Could not read " + file + ", which says which hosts there are.", e);
        }
    }

    void add(SandboxNetwork.Machine machine) {
        List<SandboxNetwork.Machine> all = new ArrayList<>(all());
        all.add(machine);
        write(all);
    }

    void remove(int vmid) {
        write(all().stream().filter(machine -> machine.vmid() != vmid).toList());
    }

    /** The folder below {@code hosts} that is a machine's; names may be used twice, numbers not. */
    String folder(SandboxNetwork.Machine machine) {
        boolean original = network.machines().stream()
                .anyMatch(first -> first.name().equals(machine.name()) && first.vmid() == machine.vmid());
        return original ? machine.name() : "ct-" + machine.vmid();
    }

    private void write(List<SandboxNetwork.Machine> machines) {
        try {
            PrivateFiles.write(file, machines.stream().map(this::line).collect(Collectors.joining()));
        } catch (IOException e) {
            throw new UncheckedIOException("Could not write " + file + ", which says which hosts there are.", e);
        }
    }

    /** Without the network's prefix, which may change. */
    private String line(SandboxNetwork.Machine machine) {
        String below = machine.address().substring(network.prefix().length() + 1);
        return machine.vmid() + " " + machine.name() + " " + below + " " + machine.hostClass() + "\n";
    }

    private SandboxNetwork.Machine parse(String line) {
        String[] words = line.split(" ");
        return new SandboxNetwork.Machine(
                words[1], network.prefix() + "." + words[2], words[3], Integer.parseInt(words[0]));
    }
}
