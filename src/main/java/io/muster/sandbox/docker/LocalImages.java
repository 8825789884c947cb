package io.muster.sandbox.docker;

import io.muster.sandbox.registry.BlobStore;
import io.muster.sandbox.registry.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** The images that were pulled to this engine: {@code images/<id>.json} and {@code blobs/}. Thread-safe. */
final class LocalImages {
    private static final int SHORTEST_ID = 4;

    private final Path directory;
    private final BlobStore blobs;
    private final Map<String, LocalImage> images = new LinkedHashMap<>();

    LocalImages(Path engine) throws IOException {
        this.directory = Files.createDirectories(engine.resolve("images"));
        this.blobs = new BlobStore(engine.resolve("blobs"));
        try (var files = Files.newDirectoryStream(directory, "*.json")) {
            for (Path file : files) {
                LocalImage image = Json.MAPPER.readValue(file.toFile(), LocalImage.class);
                images.put(image.id(), image);
            }
        }
    }

    BlobStore blobs() {
        return blobs;
    }

    synchronized List<LocalImage> all() {
        return List.copyOf(images.values());
    }

    /** By reference, id, or the beginning of an id. */
    synchronized Optional<LocalImage> find(String text) {
        String id = text.startsWith("sha256:") ? text : "sha256:" + text;
        if (text.matches("(sha256:)?[0-9a-f]{" + SHORTEST_ID + ",64}")) {
            List<LocalImage> found = images.values().stream()
                    .filter(image -> image.id().startsWith(id))
                    .toList();
            if (found.size() == 1) {
                return Optional.of(found.get(0));
            }
        }
        if (text.startsWith("sha256:")) {
            return Optional.empty();
        }
        String reference = ImageReference.parse(text).toString();
        return images.values().stream().filter(image -> image.named(reference)).findFirst();
    }

    LocalImage require(String text) {
        return find(text).orElseThrow(() -> EngineException.notFound("No such image: " + text));
    }

    /** Keeps an image under its digest and, if it was pulled by tag, that tag, which leaves the image that had it. */
    synchronized void add(LocalImage image, ImageReference reference, Digest manifest) throws IOException {
        LocalImage known = images.getOrDefault(image.id(), image);
        TreeSet<String> digests = new TreeSet<>(known.digests());
        digests.add(reference.name() + "@" + manifest);
        save(known.with(known.tags(), digests));
        if (reference.digest().isEmpty()) {
            tag(image.id(), reference.tagged());
        }
    }

    synchronized void tag(String id, String tag) throws IOException {
        for (LocalImage other : all()) {
            if (other.tags().contains(tag) && !other.id().equals(id)) {
                save(without(other, tag));
            }
        }
        LocalImage image = images.get(id);
        TreeSet<String> tags = new TreeSet<>(image.tags());
        tags.add(tag);
        save(image.with(tags, image.digests()));
    }

    /** Takes a name away. The image stays for as long as it has another. */
    synchronized LocalImage untag(LocalImage image, String reference) throws IOException {
        LocalImage rest = without(image, reference);
        save(rest);
        return rest;
    }

    synchronized void remove(LocalImage image) throws IOException {
        images.remove(image.id());
        Files.deleteIfExists(file(image));
        TreeSet<String> needed = new TreeSet<>();
        images.values().forEach(other -> needed.addAll(other.layers()));
        for (String layer : image.layers()) {
            if (!needed.contains(layer)) {
                blobs.remove(Digest.parse(layer));
            }
        }
    }

    private static LocalImage without(LocalImage image, String reference) {
        return image.with(minus(image.tags(), reference), minus(image.digests(), reference));
    }

    private static TreeSet<String> minus(Collection<String> names, String name) {
        TreeSet<String> rest = new TreeSet<>(names);
        rest.remove(name);
        return rest;
    }

    private void save(LocalImage image) throws IOException {
        Json.write(file(image), image);
        images.put(image.id(), image);
    }

    private Path file(LocalImage image) {
        return directory.resolve(Digest.parse(image.id()).hex() + ".json");
    }
}
