package io.muster.sandbox.docker;

import io.muster.sandbox.Jail;
import io.muster.sandbox.RootedPaths;
import io.muster.sandbox.ca.Identity;
import io.muster.sandbox.registry.Digest;
import io.muster.sandbox.registry.NotesImages;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The files of one container: its image's layers, its certificate, and what it sees of its host. */
final class ContainerRoot {
    private final EngineContext context;
    private final Path directory;

    ContainerRoot(EngineContext context, String id) {
        this.context = context;
        this.directory = context.directory().resolve("containers").resolve(id);
    }

    Path directory() {
        return directory;
    }

    Path root() {
        return directory.resolve("root");
    }

    void unpack(LocalImage image, List<Mount> mounts) throws IOException {
        Files.createDirectories(root());
        for (String layer : image.layers()) {
            Path blob = context.images()
                    .blobs()
                    .find(Digest.parse(layer))
                    .orElseThrow(() -> new EngineException(
                            500, "layer " + layer + " of image " + image.id() + " is missing: pull the image again"));
            try (InputStream content = Files.newInputStream(blob)) {
                LayerFiles.apply(content, root());
            }
        }
        for (Mount mount : mounts) {
            if (mount.volume()) {
                fill(mount);
            }
        }
    }

    /** A new volume begins with what the image has at its place. */
    private void fill(Mount mount) throws IOException {
        Path from = RootedPaths.resolve(root(), mount.target(), true);
        Path to = context.paths().resolve(mount.source());
        if (!Files.isDirectory(from) || !isEmpty(to)) {
            return;
        }
        try (var files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path target = to.resolve(from.relativize(file).toString());
                if (!target.equals(to)) {
                    Files.copy(file, target, LinkOption.NOFOLLOW_LINKS);
                }
            }
        }
    }

    private static boolean isEmpty(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            return files.findAny().isEmpty();
        }
    }

    /** To find a jail that runs already; it does not look at mounts. */
    Jail existing(Definition definition, Optional<Jail> host) {
        return Jail.of(spec(definition, List.of(), host));
    }

    /** A jail that is ready to be started. */
    Jail prepare(Definition definition, Jail host) throws IOException {
        List<Jail.Bind> binds = new ArrayList<>();
        for (Mount mount : definition.mounts()) {
            binds.add(new Jail.Bind(context.paths().create(mount.source()), mount.target(), mount.readOnly()));
        }
        Map<String, String> labels = definition.labels();
        if (labels.containsKey(NotesImages.JAVA_LABEL)) {
            Path java = Path.of(System.getProperty("java.home")).toRealPath();
            binds.add(new Jail.Bind(java, labels.get(NotesImages.JAVA_LABEL), true));
        }
        if (labels.containsKey(NotesImages.TLS_LABEL)) {
            certificate(definition, labels.get(NotesImages.TLS_LABEL));
        }
        return Jail.of(spec(definition, binds, Optional.of(host)));
    }

    private Jail.Spec spec(Definition definition, List<Jail.Bind> binds, Optional<Jail> host) {
        Map<String, String> hosts = new LinkedHashMap<>(context.names());
        hosts.put(definition.name(), definition.address());
        for (String extra : Json.texts(definition.hostConfig().path("ExtraHosts"))) {
            String[] parts = extra.split(":", 2);
            if (parts.length == 2) {
                hosts.put(
                        parts[0],
                        parts[1].equals("host-gateway") ? context.host().address() : parts[1]);
            }
        }
        return new Jail.Spec(
                directory,
                definition.hostname(),
                definition.address(),
                hosts,
                binds,
                host,
                definition.command(),
                definition.environment(),
                definition.workdir());
    }

    private void certificate(Definition definition, String target) throws IOException {
        EngineHost host = context.host();
        Identity identity = context.authority()
                .server(
                        definition.name() + "." + context.zone(),
                        List.of(
                                definition.name(),
                                definition.hostname(),
                                host.name() + "." + context.zone(),
                                host.address(),
                                definition.address(),
                                "localhost"));
        Path to = RootedPaths.createDirectories(root(), target);
        write(to.resolve("tls.crt"), identity.certificatePem());
        write(to.resolve("tls.key"), identity.keyPem());
    }

    private static void write(Path file, String content) throws IOException {
        LayerFiles.remove(file);
        Files.createFile(file);
        FileModes.set(file, 0600);
        Files.writeString(file, content);
    }

    void remove() throws IOException {
        LayerFiles.remove(directory);
    }
}
