package io.muster.sandbox.docker;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The containers of an engine. Thread-safe. */
final class Containers implements PortTable {
    private static final String NAME = "[a-zA-Z0-9][a-zA-Z0-9_.-]+";

    private final EngineContext context;
    private final Path directory;
    private final Map<String, Container> containers = new ConcurrentHashMap<>();

    /** Loads what is on disk, without touching it. */
    Containers(EngineContext context) throws IOException {
        this.context = context;
        this.directory = Files.createDirectories(context.directory().resolve("containers"));
        try (var files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                load(file);
            }
        }
    }

    private void load(Path file) throws IOException {
        Path saved = file.resolve("container.json");
        if (!Files.exists(saved)) {
            // Its creation was cut off before anybody was told of it.
            LayerFiles.remove(file);
            return;
        }
        Container container =
                new Container(context, this, Json.MAPPER.readValue(saved.toFile(), Container.Saved.class));
        containers.put(container.definition().id(), container);
    }

    /** The newest first. */
    List<Container> all() {
        return containers.values().stream()
                .sorted((a, b) ->
                        b.definition().created().compareTo(a.definition().created()))
                .toList();
    }

    /** By name, id, or the beginning of an id. */
    Container require(String text) {
        String name = text.startsWith("/") ? text.substring(1) : text;
        Optional<Container> found = Optional.ofNullable(containers.get(text)).or(() -> byName(name));
        return found.or(() -> byPrefix(text)).orElseThrow(() -> EngineException.notFound("No such container: " + text));
    }

    private Optional<Container> byName(String name) {
        return containers.values().stream()
                .filter(container -> container.definition().name().equals(name))
                .findFirst();
    }

    private Optional<Container> byPrefix(String text) {
        List<Container> found = containers.values().stream()
                .filter(container ->
                        !text.isEmpty() && container.definition().id().startsWith(text))
                .toList();
        if (found.size() > 1) {
            throw EngineException.badRequest("multiple IDs found with provided prefix: " + text);
        }
        return found.stream().findFirst();
    }

    /** Makes a container and all it needs, or, with an error, nothing but the volumes. */
    synchronized Container create(Optional<String> wantedName, ObjectNode asked) throws IOException {
        String reference = asked.path("Image").asText("");
        LocalImage image = context.images()
                .find(reference)
                .orElseThrow(() -> EngineException.notFound("No such image: " + reference));
        String id = Ids.next();
        String name = wantedName.map(this::freeName).orElseGet(() -> "c-" + Ids.shortened(id));
        ObjectNode config = ContainerConfig.merge(image.config(), asked, id);
        ObjectNode hostConfig = Json.objectAt(asked, "HostConfig");
        RestartPolicy.of(hostConfig);
        HealthCheck.of(config);
        PublishedPorts.check(hostConfig);
        List<Mount> mounts = Mounts.of(config, hostConfig, context.volumes(), context.paths());
        String address = context.addresses().take(id);
        Definition definition =
                new Definition(id, name, context.clock().instant(), image.id(), config, hostConfig, mounts, address);
        ContainerRoot root = new ContainerRoot(context, id);
        try {
            if (definition.command().isEmpty()) {
                throw EngineException.badRequest("no command specified");
            }
            root.unpack(image, mounts);
            Container.Saved saved = new Container.Saved(definition, ContainerState.created());
            Json.write(root.directory().resolve("container.json"), saved);
            Container container = new Container(context, this, saved);
            containers.put(id, container);
            return container;
        } catch (IOException | RuntimeException e) {
            context.addresses().release(address, id);
            root.remove();
            throw e;
        }
    }

    private String freeName(String wanted) {
        String name = wanted.startsWith("/") ? wanted.substring(1) : wanted;
        if (!name.matches(NAME)) {
            throw EngineException.badRequest(
                    "Invalid container name (" + name + "), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed");
        }
        byName(name).ifPresent(other -> {
            throw EngineException.conflict("Conflict. The container name \"/" + name
                    + "\" is already in use by container \""
                    + other.definition().id()
                    + "\". You have to remove (or rename) that container to be able to reuse that name.");
        });
        return name;
    }

    synchronized void rename(Container container, String name) {
        container.rename(freeName(name));
    }

    /** @param withVolumes the anonymous ones too */
    void remove(Container container, boolean force, boolean withVolumes) throws IOException {
        container.remove(force);
        containers.remove(container.definition().id());
        for (Mount mount : container.definition().mounts()) {
            if (withVolumes && mount.anonymous() && users(mount.name()).isEmpty()) {
                context.volumes().remove(mount.name());
            }
        }
    }

    /** The ids of containers that use a volume. */
    List<String> users(String volume) {
        return containers.values().stream()
                .map(Container::definition)
                .filter(definition -> definition.mounts().stream()
                        .anyMatch(mount -> mount.volume() && mount.name().equals(volume)))
                .map(Definition::id)
                .toList();
    }

    @Override
    public boolean taken(int port) {
        return containers.values().stream()
                .anyMatch(container -> container.ports().publishes(port));
    }

    /** How many are in each state. */
    Map<ContainerState.Status, Long> counts() {
        Map<ContainerState.Status, Long> counts = new LinkedHashMap<>();
        containers.values().forEach(container -> counts.merge(container.state().status(), 1L, Long::sum));
        return counts;
    }

    void adopt() {
        all().forEach(container -> {
            try {
                container.adopt();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }
}
