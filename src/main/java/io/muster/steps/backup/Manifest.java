package io.muster.steps.backup;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * The file {@code MANIFEST.yml} of a backup: what it is of, and every file with its size, SHA-256 and how it was verified.
 *
 * @param about texts by key: backup, service, environment, version, image, run, recipient (empty: not encrypted)
 * @param takenAt when the reading of the data began
 */
record Manifest(Map<String, String> about, Instant takenAt, Instant sealedAt, List<Entry> files) {

    static final String NAME = "MANIFEST.yml";

    /** Its last line: the SHA-256 of all lines before. */
    private static final String SEAL = "seal: ";

    /** @param of what it holds, in words: paths, or a database */
    record Entry(
            String name,
            String item,
            String type,
            String host,
            String of,
            long bytes,
            String sha256,
            String verified) {}

    String get(String key) {
        return about.getOrDefault(key, "");
    }

    long bytes() {
        return files.stream().mapToLong(Entry::bytes).sum();
    }

    String write() {
        DumperOptions options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        options.setSplitLines(false);
        Map<String, Object> content = new LinkedHashMap<>();
        content.put("manifest", 1);
        content.putAll(about);
        content.put("takenAt", takenAt.toString());
        content.put("sealedAt", sealedAt.toString());
        content.put("files", files.stream().map(Manifest::map).toList());
        String text = new Yaml(options).dump(content);
        return text + SEAL + seal(text) + "\n";
    }

    private static String seal(String text) {
        try {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** An edit by hand is seen, and so is one that was cut off; who means harm can seal anew. */
    private static String unsealed(String text) {
        int last = text.lastIndexOf("\n" + SEAL) + 1;
        if (last == 0) {
            throw new IllegalArgumentException("it has no seal at its end");
        }
        String sealed = text.substring(0, last);
        if (!text.substring(last).strip().equals(SEAL + seal(sealed))) {
            throw new IllegalArgumentException("it was changed after it was sealed");
        }
        return sealed;
    }

    private static Map<String, Object> map(Entry file) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("name", file.name());
        entry.put("item", file.item());
        entry.put("type", file.type());
        entry.put("host", file.host());
        entry.put("of", file.of());
        entry.put("bytes", file.bytes());
        entry.put("sha256", file.sha256());
        entry.put("verified", file.verified());
        return entry;
    }

    /** @throws IllegalArgumentException when it is no manifest, or not as it was written */
    static Manifest read(String text) {
        try {
            Map<?, ?> content = new Yaml(new SafeConstructor(new LoaderOptions())).load(unsealed(text));
            if (!Integer.valueOf(1).equals(content.get("manifest"))) {
                throw new IllegalArgumentException("it is no manifest of version 1");
            }
            Map<String, String> about = new LinkedHashMap<>();
            content.forEach((key, value) -> {
                if (value instanceof String string && !key.equals("takenAt") && !key.equals("sealedAt")) {
                    about.put((String) key, string);
                }
            });
            List<Entry> files = ((List<?>) content.get("files"))
                    .stream().map(entry -> entry((Map<?, ?>) entry)).toList();
            if (files.isEmpty()) {
                throw new IllegalArgumentException("it names no file");
            }
            return new Manifest(about, instant(content, "takenAt"), instant(content, "sealedAt"), files);
        } catch (YAMLException | ClassCastException | NullPointerException | DateTimeParseException e) {
            throw new IllegalArgumentException("it is no manifest: " + e.getMessage(), e);
        }
    }

    private static Instant instant(Map<?, ?> content, String key) {
        return Instant.parse((String) content.get(key));
    }

    private static Entry entry(Map<?, ?> entry) {
        Entry read = new Entry(
                (String) entry.get("name"),
                (String) entry.get("item"),
                (String) entry.get("type"),
                (String) entry.get("host"),
                (String) entry.get("of"),
                ((Number) entry.get("bytes")).longValue(),
                (String) entry.get("sha256"),
                (String) entry.get("verified"));
        if (read.name() == null
                || read.item() == null
                || read.sha256() == null
                || read.name().contains("/")) {
            throw new IllegalArgumentException("it has a file without a name, an item or a SHA-256");
        }
        return read;
    }
}
