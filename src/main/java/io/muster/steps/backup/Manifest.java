package io.muster.steps.backup;

import io.muster.steps.GuestArchives;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * The file {@code MANIFEST.yml} of a backup: what it is of, and every file with its size, SHA-256 and how it was verified; and archives of
 * LXC containers, which their nodes keep.
 *
 * @param about texts by key: backup, service, environment, version, image, run, recipient (empty: not encrypted)
 * @param takenAt when the reading of the data began
 */
record Manifest(
        Map<String, String> about, Instant takenAt, Instant sealedAt, List<Entry> files, List<Archive> archives) {

    static final String NAME = "MANIFEST.yml";

    /** Its last line: the SHA-256 of all lines before. */
    private static final String SEAL = "seal: ";

    /**
     * @param of what it holds, in words: paths, or a database
     * @param size bytes of the data when it was taken, as its server has it; 0: not known
     */
    record Entry(
            String name,
            String item,
            String type,
            String host,
            String of,
            long bytes,
            String sha256,
            String verified,
            long size) {

        Entry(
                String name,
                String item,
                String type,
                String host,
                String of,
                long bytes,
                String sha256,
                String verified) {
            this(name, item, type, host, of, bytes, sha256, verified, 0);
        }
    }

    /** Nobody but its node reads an archive: it has no SHA-256, but for that of the configuration in it. */
    record Archive(String item, String host, GuestArchives.Archive kept, String verified) {}

    Manifest(Map<String, String> about, Instant takenAt, Instant sealedAt, List<Entry> files) {
        this(about, takenAt, sealedAt, files, List.of());
    }

    String get(String key) {
        return about.getOrDefault(key, "");
    }

    long bytes() {
        return files.stream().mapToLong(Entry::bytes).sum()
                + archives.stream().mapToLong(archive -> archive.kept().bytes()).sum();
    }

    /** SHA-256 of what it says that the backup holds: the same however its text is written or sealed. Kept by databases, so it never changes. */
    String content() {
        Stream<String> lines = Stream.concat(
                files.stream()
                        .map(file -> String.join(
                                "\t", file.item(), file.name(), Long.toString(file.bytes()), file.sha256())),
                archives.stream().map(archive -> {
                    GuestArchives.Archive it = archive.kept();
                    return String.join(
                            "\t", archive.item(), it.node(), it.volume(), Long.toString(it.bytes()), it.config());
                }));
        return seal(lines.collect(Collectors.joining("\n")));
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
        if (!archives.isEmpty()) {
            content.put("archives", archives.stream().map(Manifest::map).toList());
        }
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
        if (file.size() > 0) {
            entry.put("size", file.size());
        }
        return entry;
    }

    private static Map<String, Object> map(Archive archive) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("item", archive.item());
        entry.put("host", archive.host());
        entry.put("node", archive.kept().node());
        entry.put("vmid", archive.kept().vmid());
        entry.put("hostname", archive.kept().hostname());
        entry.put("volume", archive.kept().volume());
        entry.put("bytes", archive.kept().bytes());
        entry.put("configSha256", archive.kept().config());
        entry.put("task", archive.kept().task());
        entry.put("verified", archive.verified());
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
            List<Archive> archives = content.get("archives") instanceof List<?> list
                    ? list.stream().map(entry -> archive((Map<?, ?>) entry)).toList()
                    : List.of();
            if (files.isEmpty() && archives.isEmpty()) {
                throw new IllegalArgumentException("it names no file");
            }
            twice("file", files.stream().map(Entry::name).toList());
            twice(
                    "data item",
                    Stream.concat(
                                    files.stream().map(Entry::item),
                                    archives.stream().map(Archive::item))
                            .toList());
            return new Manifest(about, instant(content, "takenAt"), instant(content, "sealedAt"), files, archives);
        } catch (YAMLException | ClassCastException | NullPointerException | DateTimeParseException e) {
            throw new IllegalArgumentException("it is no manifest: " + e.getMessage(), e);
        }
    }

    private static void twice(String what, List<String> names) {
        names.stream()
                .filter(name -> Collections.frequency(names, name) > 1)
                .findFirst()
                .ifPresent(name -> {
                    throw new IllegalArgumentException("it names " + what + " '" + name + "' twice");
                });
    }

    private static Instant instant(Map<?, ?> content, String key) {
        return Instant.parse((String) content.get(key));
    }

    private static Archive archive(Map<?, ?> entry) {
        String volume = (String) entry.get("volume");
        if (volume == null || volume.indexOf(':') < 1 || entry.get("item") == null || entry.get("node") == null) {
            throw new IllegalArgumentException("it has an archive without an item, a node or a volume");
        }
        return new Archive(
                (String) entry.get("item"),
                (String) entry.get("host"),
                new GuestArchives.Archive(
                        (String) entry.get("node"),
                        ((Number) entry.get("vmid")).intValue(),
                        (String) entry.get("hostname"),
                        volume,
                        ((Number) entry.get("bytes")).longValue(),
                        (String) entry.get("configSha256"),
                        (String) entry.get("task")),
                (String) entry.get("verified"));
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
                (String) entry.get("verified"),
                entry.get("size") instanceof Number size ? size.longValue() : 0);
        if (read.name() == null || read.item() == null || read.sha256() == null) {
            throw new IllegalArgumentException("it has a file without a name, an item or a SHA-256");
        }
        if (read.name().contains("/")
                || read.name().startsWith(".")
                || read.name().equals(NAME)) {
            throw new IllegalArgumentException("it names '" + read.name() + "', which is no file beside it");
        }
        return read;
    }
}
