package io.muster.sandbox.docker;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Named volumes: their data is in the host, in {@code /var/lib/docker/volumes}, their labels are the engine's. Thread-safe. */
final class Volumes {
    private static final String DIRECTORY = DockerEngine.DATA + "/volumes/";

    private final Path directory;
    private final HostPaths paths;
    private final Clock clock;
    private final Map<String, Volume> volumes = new TreeMap<>();

    /** @param labels an object of texts */
    record Volume(String name, Instant createdAt, ObjectNode labels) {
        ObjectNode json() {
            ObjectNode json = Json.object()
                    .put("Name", name)
                    .put("Driver", "local")
                    .put("Mountpoint", path(name))
                    .put("CreatedAt", createdAt.toString())
                    .put("Scope", "local");
            json.set("Labels", labels);
            json.set("Options", Json.object());
            return json;
        }
    }

    Volumes(Path engine, HostPaths paths, Clock clock) throws IOException {
        this.directory = Files.createDirectories(engine.resolve("volumes"));
        this.paths = paths;
        this.clock = clock;
        try (var files = Files.newDirectoryStream(directory, "*.json")) {
            for (Path file : files) {
                Volume volume = Json.MAPPER.readValue(file.toFile(), Volume.class);
                volumes.put(volume.name(), volume);
            }
        }
    }

    /** Of its data, in the host. */
    static String path(String name) {
        return DIRECTORY + name + "/_data";
    }

    synchronized List<Volume> all() {
        return List.copyOf(volumes.values());
    }

    synchronized Optional<Volume> find(String name) {
        return Optional.ofNullable(volumes.get(name));
    }

    Volume require(String name) {
        return find(name).orElseThrow(() -> EngineException.notFound("get " + name + ": no such volume"));
    }

    /** The one that is there already, if it is. */
    synchronized Volume create(String name, ObjectNode labels) throws IOException {
        if (!name.matches("[a-zA-Z0-9][a-zA-Z0-9_.-]+")) {
            throw EngineException.badRequest("create " + name + ": \"" + name
                    + "\" includes invalid characters for a local volume name, only \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are "
                    + "allowed. If you intended to pass a host directory, use absolute path");
        }
        paths.create(path(name));
        Volume known = volumes.get(name);
        if (known != null) {
            return known;
        }
        Volume volume = new Volume(name, clock.instant(), labels);
        Json.write(file(name), volume);
        volumes.put(name, volume);
        return volume;
    }

    Volume createAnonymous() throws IOException {
        return create(Ids.next(), Json.object().put("com.docker.volume.anonymous", ""));
    }

    /** With its data. */
    synchronized void remove(String name) throws IOException {
        LayerFiles.remove(paths.resolve(path(name)).getParent());
        volumes.remove(name);
        Files.deleteIfExists(file(name));
    }

    private Path file(String name) {
        return directory.resolve(name + ".json");
    }
}
