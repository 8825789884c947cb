package io.muster.steps.volume;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * The file {@code MANIFEST.yml} beside an archive: what it is of, and every file with its size and SHA-256.
 *
 * @param about what the archive is of, as text by key
 * @param volumes the paths that were archived; number n, from 1, is in volume-n.tar and listed in volume-n.files
 */
record Manifest(Map<String, String> about, List<String> volumes, List<Entry> files) {

    static final String NAME = "MANIFEST.yml";

    record Entry(String name, long bytes, String sha256) {}

    String write() {
        DumperOptions options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        Map<String, Object> content = new LinkedHashMap<>();
        content.put("manifest", 1);
        content.putAll(about);
        content.put("volumes", volumes);
        content.put(
                "files",
                files.stream()
                        .map(file -> {
                            Map<String, Object> entry = new LinkedHashMap<>();
                            entry.put("name", file.name());
                            entry.put("bytes", file.bytes());
                            entry.put("sha256", file.sha256());
                            return entry;
                        })
                        .toList());
        return new Yaml(options).dump(content);
    }

    /** @throws IllegalArgumentException when it is no manifest */
    static Manifest read(String text) {
        try {
            Map<?, ?> content = new Yaml(new SafeConstructor(new LoaderOptions())).load(text);
            Map<String, String> about = new LinkedHashMap<>();
            content.forEach((key, value) -> {
                if (value instanceof String string) {
                    about.put((String) key, string);
                }
            });
            List<String> volumes = ((List<?>) content.get("volumes"))
                    .stream().map(String.class::cast).toList();
            List<Entry> files = ((List<?>) content.get("files"))
                    .stream().map(entry -> entry((Map<?, ?>) entry)).toList();
            return new Manifest(about, volumes, files);
        } catch (YAMLException | ClassCastException | NullPointerException e) {
            throw new IllegalArgumentException("it is no manifest: " + e.getMessage(), e);
        }
    }

    private static Entry entry(Map<?, ?> entry) {
        return new Entry(
                (String) entry.get("name"), ((Number) entry.get("bytes")).longValue(), (String) entry.get("sha256"));
    }
}
