package io.muster.sandbox.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.muster.sandbox.registry.BlobStore;
import io.muster.sandbox.registry.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Brings an image from its registry, telling the progress in the words of the real engine. */
final class ImagePull {
    private static final int SHORT_ID = 12;

    private final RegistryClient registry;
    private final LocalImages images;

    ImagePull(RegistryClient registry, LocalImages images) {
        this.registry = registry;
        this.images = images;
    }

    /**
     * Fails before it says anything when there is no such manifest, as the real engine does: that becomes the HTTP
     * status. What fails later belongs into the stream.
     */
    void pull(ImageReference reference, Progress progress) throws IOException {
        byte[] manifest = registry.manifest(reference);
        JsonNode parsed = Json.parse(manifest);
        if (!parsed.has("config") || !parsed.has("layers")) {
            throw new EngineException(
                    500,
                    "the manifest of " + reference
                            + " is not that of one image; manifest lists are not supported by this sandbox");
        }
        progress.say("Pulling from " + reference.repository(), reference.manifest());
        Digest config = Digest.parse(parsed.at("/config/digest").asText());
        boolean known = images.find(config.toString()).isPresent();
        List<String> layers = new ArrayList<>();
        long size = 0;
        for (JsonNode layer : parsed.get("layers")) {
            Digest digest = Digest.parse(layer.get("digest").asText());
            size += fetchLayer(reference, digest, progress);
            layers.add(digest.toString());
        }
        ObjectNode description;
        try (InputStream content = registry.blob(reference, config)) {
            byte[] bytes = content.readAllBytes();
            if (!Digest.of(bytes).equals(config)) {
                throw new EngineException(500, "image config verification failed for digest " + config);
            }
            description = Json.parse(bytes);
        }
        Digest digest = Digest.of(manifest);
        images.add(new LocalImage(config.toString(), layers, size, description, Set.of(), Set.of()), reference, digest);
        progress.say("Digest: " + digest);
        progress.say("Status: " + (known ? "Image is up to date for " : "Downloaded newer image for ") + reference);
    }

    private long fetchLayer(ImageReference reference, Digest digest, Progress progress) throws IOException {
        String id = digest.hex().substring(0, SHORT_ID);
        if (images.blobs().find(digest).isPresent()) {
            progress.say("Already exists", id);
        } else {
            progress.say("Pulling fs layer", id);
            try (InputStream content = registry.blob(reference, digest)) {
                images.blobs().add(content, digest);
            } catch (BlobStore.DigestMismatch e) {
                throw new EngineException(500, "filesystem layer verification failed for digest " + digest, e);
            }
            progress.say("Verifying Checksum", id);
            progress.say("Download complete", id);
            progress.say("Pull complete", id);
        }
        return Files.size(images.blobs().find(digest).orElseThrow());
    }

    /** Where the lines of progress go. */
    interface Progress {
        void line(ObjectNode line) throws IOException;

        default void say(String status) throws IOException {
            line(Json.object().put("status", status));
        }

        default void say(String status, String id) throws IOException {
            ObjectNode line = Json.object().put("status", status);
            line.set("progressDetail", Json.object());
            line(line.put("id", id));
        }
    }
}
