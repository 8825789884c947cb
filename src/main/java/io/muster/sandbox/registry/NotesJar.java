package io.muster.sandbox.registry;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.LocalDateTime;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/** The classes of the notes service, packed from the classpath (a directory, a jar or a jar in a jar) into a jar of their own. */
final class NotesJar {
    static final String MAIN = "io.muster.sandbox.notes.NotesMain";
    private static final String PACKAGE = "io/muster/sandbox/notes/";
    private static final LocalDateTime MODIFIED = LocalDateTime.of(2020, 1, 1, 0, 0);

    private NotesJar() {}

    static byte[] bytes() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream jar = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> file : classes().entrySet()) {
                // Stored, not deflated: the bytes must not depend on the version of the compressor.
                ZipEntry entry = new ZipEntry(file.getKey());
                entry.setMethod(ZipEntry.STORED);
                entry.setSize(file.getValue().length);
                entry.setCrc(crc(file.getValue()));
                entry.setTimeLocal(MODIFIED);
                jar.putNextEntry(entry);
                jar.write(file.getValue());
                jar.closeEntry();
            }
        }
        return bytes.toByteArray();
    }

    private static TreeMap<String, byte[]> classes() throws IOException {
        TreeMap<String, byte[]> classes = new TreeMap<>();
        Resource[] found = new PathMatchingResourcePatternResolver(NotesJar.class.getClassLoader())
                .getResources("classpath*:" + PACKAGE + "*.class");
        for (Resource resource : found) {
            // In a test run the tests of the service are in the same package.
            if (!resource.getURL().getPath().contains("/test-classes/")) {
                classes.put(PACKAGE + resource.getFilename(), resource.getContentAsByteArray());
            }
        }
        if (!classes.containsKey(MAIN.replace('.', '/') + ".class")) {
            throw new IOException("the classes of the notes service are not on the classpath: build Muster again");
        }
        return classes;
    }

    private static long crc(byte[] content) {
        CRC32 crc = new CRC32();
        crc.update(content);
        return crc.getValue();
    }
}
