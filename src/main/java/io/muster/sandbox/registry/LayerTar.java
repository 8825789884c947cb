package io.muster.sandbox.registry;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** A layer of an image as a tar whose bytes depend on nothing but its content: sorted, owned by root, of one fixed time. */
final class LayerTar {
    /** Some time: 2020-01-01. */
    private static final long MODIFIED = 1_577_836_800_000L;

    private final TreeMap<String, File> files = new TreeMap<>();

    /** Path without a leading slash. */
    LayerTar file(String path, byte[] content, int mode) {
        parents(path);
        files.put(path, new File(content, mode));
        return this;
    }

    LayerTar file(String path, String content, int mode) {
        return file(path, content.getBytes(StandardCharsets.UTF_8), mode);
    }

    LayerTar directory(String path) {
        parents(path);
        files.put(path + "/", new File(new byte[0], 0755));
        return this;
    }

    private void parents(String path) {
        for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
            files.putIfAbsent(path.substring(0, slash + 1), new File(new byte[0], 0755));
        }
    }

    byte[] bytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, "UTF-8")) {
            for (var entry : files.entrySet()) {
                TarArchiveEntry header = new TarArchiveEntry(
                        entry.getKey(), entry.getKey().endsWith("/") ? TarConstants.LF_DIR : TarConstants.LF_NORMAL);
                header.setSize(entry.getValue().content().length);
                header.setMode(entry.getValue().mode());
                header.setModTime(MODIFIED);
                header.setIds(0, 0);
                header.setNames("", "");
                tar.putArchiveEntry(header);
                tar.write(entry.getValue().content());
                tar.closeArchiveEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a tar in memory cannot fail", e);
        }
        return bytes.toByteArray();
    }

    private record File(byte[] content, int mode) {}
}
