package io.muster.sandbox;

import io.muster.sandbox.proxmox.SandboxTemplate;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;

/** The inventory of the sandbox for those who use it: generated when absent, then left to its reader. */
final class InventoryFile {

    private final Path file;
    private final Path network;

    InventoryFile(Path directory) {
        this.file = directory.resolve("inventory.yaml");
        this.network = directory.resolve("network");
    }

    Path path() {
        return file;
    }

    /** Whether hosts that may still run have addresses of another network. */
    boolean moved(SandboxNetwork wanted) throws IOException {
        return Files.exists(network) && !madeFor().equals(wanted.prefix());
    }

    /** @throws IllegalStateException when a kept inventory belongs to another network */
    void checkNetwork(SandboxNetwork wanted) throws IOException {
        if (Files.exists(file) && moved(wanted)) {
            throw new IllegalStateException("The sandbox in " + file.getParent() + " was made for the network "
                    + madeFor()
                    + ", and its inventory.yaml names those addresses, but the server is set to " + wanted.prefix()
                    + ". Either set the sandbox's network back to " + madeFor()
                    + ", or, to move it: put your changes to "
                    + file + " aside, delete that file, and start again; it is then generated for " + wanted.prefix()
                    + ".");
        }
    }

    /** @param hostKeys by host, in OpenSSH's format */
    void writeIfAbsent(SandboxNetwork wanted, Map<String, String> hostKeys) throws IOException {
        if (Files.exists(file)) {
            return;
        }
        String host = resource("inventory-host.yaml");
        String hosts = wanted.machines().stream()
                .map(machine -> fill(
                        host,
                        Map.of(
                                "name", machine.name(),
                                "address", machine.address(),
                                "class", machine.hostClass(),
                                "vmid", Integer.toString(machine.vmid()),
                                "hostKey", hostKeys.get(machine.name()))))
                .collect(Collectors.joining())
                .stripTrailing();
        Files.writeString(network, wanted.prefix() + "\n");
        PrivateFiles.write(
                file,
                fill(
                        resource("inventory.yaml"),
                        Map.of(
                                "network",
                                wanted.prefix(),
                                "hosts",
                                hosts,
                                "nodeKey",
                                hostKeys.get(SandboxNetwork.NODE),
                                "outsideKey",
                                hostKeys.get(SandboxNetwork.OUTSIDE),
                                "template",
                                SandboxTemplate.NAME)));
    }

    private String madeFor() throws IOException {
        return Files.readString(network).strip();
    }

    private static String fill(String template, Map<String, String> values) {
        String text = template;
        for (Map.Entry<String, String> value : values.entrySet()) {
            text = text.replace("${" + value.getKey() + "}", value.getValue());
        }
        return text;
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = InventoryFile.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
