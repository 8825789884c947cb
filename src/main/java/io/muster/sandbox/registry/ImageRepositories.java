package io.muster.sandbox.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Repositories of image manifests, each with its tags, over one store of blobs. On disk: {@code blobs/}, and for each
 * repository {@code _manifests/<hex>} (the media type) and {@code _tags/<tag>} (the digest). Thread-safe.
 */
public final class ImageRepositories {
    static final String NAME = "[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*";
    static final String TAG = "[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}";
    private static final String MANIFESTS = "_manifests";
    private static final String TAGS = "_tags";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path repositories;
    private final BlobStore blobs;

    public ImageRepositories(Path directory) throws IOException {
        this.repositories = Files.createDirectories(directory.resolve("repositories"));
        this.blobs = new BlobStore(directory.resolve("blobs"));
    }

    public BlobStore blobs() {
        return blobs;
    }

    /** The names of all repositories, sorted. */
    public List<String> names() throws IOException {
        try (var files = Files.walk(repositories)) {
            return files.filter(file -> file.endsWith(MANIFESTS))
                    .map(file -> repositories.relativize(file.getParent()).toString())
                    .sorted()
                    .toList();
        }
    }

    /** The tags of a repository, sorted; empty when there is no such repository. */
    public Optional<List<String>> tags(String name) throws IOException {
        if (!Files.isDirectory(repository(name).resolve(MANIFESTS))) {
            return Optional.empty();
        }
        Path tags = repository(name).resolve(TAGS);
        if (!Files.isDirectory(tags)) {
            return Optional.of(List.of());
        }
        try (var files = Files.list(tags)) {
            return Optional.of(files.map(file -> file.getFileName().toString())
                    .filter(file -> !file.endsWith(".tmp~"))
                    .sorted()
                    .toList());
        }
    }

    /** By tag or digest. */
    public Optional<Manifest> manifest(String name, String reference) throws IOException {
        try {
            Digest digest = Digest.looksLike(reference)
                    ? Digest.parse(reference)
                    : Digest.parse(Files.readString(tag(name, reference)));
            String type = Files.readString(repository(name).resolve(MANIFESTS).resolve(digest.hex()));
            Path content = blobs.find(digest).orElseThrow(() -> new NoSuchFileException(digest.toString()));
            return Optional.of(new Manifest(digest, type, Files.readAllBytes(content)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /**
     * Keeps a manifest and, unless the reference is a digest, points the tag at it.
     *
     * @throws UnknownBlobs when it names content that is not here
     * @throws IllegalArgumentException when it is not a manifest, or the reference is another digest
     */
    public Digest put(String name, String reference, String mediaType, byte[] content) throws IOException {
        List<String> missing = new ArrayList<>();
        for (JsonNode blob : parse(content).findValues("digest")) {
            if (blobs.find(Digest.parse(blob.asText())).isEmpty()) {
                missing.add(blob.asText());
            }
        }
        if (!missing.isEmpty()) {
            throw new UnknownBlobs(missing);
        }
        Digest digest = Digest.of(content);
        if (Digest.looksLike(reference) && !digest.equals(Digest.parse(reference))) {
            throw new IllegalArgumentException("the manifest has digest " + digest + ", not " + reference);
        }
        blobs.add(content);
        write(repository(name).resolve(MANIFESTS).resolve(digest.hex()), mediaType);
        if (!Digest.looksLike(reference)) {
            write(tag(name, reference), digest.toString());
        }
        return digest;
    }

    /** Removes a tag, or a manifest with its tags; the blobs stay. False when it is not there. */
    public boolean delete(String name, String reference) throws IOException {
        if (!Digest.looksLike(reference)) {
            return Files.deleteIfExists(tag(name, reference));
        }
        for (String tag : tags(name).orElse(List.of())) {
            if (Files.readString(tag(name, tag)).equals(reference)) {
                Files.delete(tag(name, tag));
            }
        }
        return Files.deleteIfExists(repository(name)
                .resolve(MANIFESTS)
                .resolve(Digest.parse(reference).hex()));
    }

    private static JsonNode parse(byte[] content) {
        try {
            JsonNode manifest = JSON.readTree(content);
            if (manifest == null
                    || !manifest.isObject()
                    || manifest.path("schemaVersion").asInt() != 2) {
                throw new IllegalArgumentException("not an image manifest of schema version 2");
            }
            return manifest;
        } catch (IOException e) {
            throw new IllegalArgumentException("not JSON: " + e.getMessage(), e);
        }
    }

    private Path tag(String name, String tag) {
        if (!tag.matches(TAG)) {
            throw new IllegalArgumentException("'" + tag + "' is not a tag");
        }
        return repository(name).resolve(TAGS).resolve(tag);
    }

    private Path repository(String name) {
        if (!name.matches(NAME)) {
            throw new IllegalArgumentException("'" + name + "' is not the name of a repository");
        }
        return repositories.resolve(name);
    }

    private static void write(Path file, String content) throws IOException {
        Files.createDirectories(file.getParent());
        Path temporary = Files.createTempFile(file.getParent(), "incoming", ".tmp~");
        Files.writeString(temporary, content, StandardCharsets.UTF_8);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** A manifest as it was put. */
    public record Manifest(Digest digest, String mediaType, byte[] content) {}

    /** A manifest that names content which is not here. */
    static final class UnknownBlobs extends IOException {
        private final transient List<String> digests;

        UnknownBlobs(List<String> digests) {
            super("blobs unknown to registry: " + String.join(", ", digests));
            this.digests = digests;
        }

        List<String> digests() {
            return digests;
        }
    }
}
