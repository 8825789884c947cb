package io.muster.sandbox.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An image to be published: its layers, and the run configuration that becomes the {@code config} of its config blob
 * ({@code Cmd}, {@code Env}, {@code ExposedPorts}, {@code Healthcheck}, {@code Volumes}, {@code Labels}, …).
 */
record Image(List<byte[]> layers, Map<String, Object> config) {
    static final String MANIFEST_TYPE = "application/vnd.docker.distribution.manifest.v2+json";
    private static final String CONFIG_TYPE = "application/vnd.docker.container.image.v1+json";
    /** Not compressed: the bytes of a compressor change with its version, and digests must not. */
    private static final String LAYER_TYPE = "application/vnd.docker.image.rootfs.diff.tar";

    private static final String CREATED = "2020-01-01T00:00:00Z";
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    Digest publish(ImageRepositories repositories, String name, String tag) throws IOException {
        List<Map<String, Object>> descriptors = new ArrayList<>();
        List<String> diffs = new ArrayList<>();
        for (byte[] layer : layers) {
            String digest = repositories.blobs().add(layer).toString();
            descriptors.add(descriptor(LAYER_TYPE, layer.length, digest));
            diffs.add(digest);
        }
        byte[] config = json(configBlob(diffs));
        Map<String, Object> manifest = new LinkedHashMap<>();
        manifest.put("schemaVersion", 2);
        manifest.put("mediaType", MANIFEST_TYPE);
        manifest.put(
                "config",
                descriptor(
                        CONFIG_TYPE,
                        config.length,
                        repositories.blobs().add(config).toString()));
        manifest.put("layers", descriptors);
        return repositories.put(name, tag, MANIFEST_TYPE, json(manifest));
    }

    private Map<String, Object> configBlob(List<String> diffs) {
        return Map.of(
                "architecture",
                architecture(),
                "os",
                "linux",
                "created",
                CREATED,
                "config",
                config,
                "rootfs",
                Map.of("type", "layers", "diff_ids", diffs),
                "history",
                diffs.stream().map(diff -> Map.of("created", CREATED)).toList());
    }

    /** As Go calls it. */
    private static String architecture() {
        String name = System.getProperty("os.arch");
        return switch (name) {
            case "amd64", "x86_64" -> "amd64";
            case "aarch64" -> "arm64";
            default -> name;
        };
    }

    private static Map<String, Object> descriptor(String type, int size, String digest) {
        Map<String, Object> descriptor = new LinkedHashMap<>();
        descriptor.put("mediaType", type);
        descriptor.put("size", size);
        descriptor.put("digest", digest);
        return descriptor;
    }

    private static byte[] json(Object value) {
        try {
            return JSON.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("maps and texts are always JSON", e);
        }
    }
}
