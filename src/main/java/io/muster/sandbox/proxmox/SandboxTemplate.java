package io.muster.sandbox.proxmox;

import io.muster.sandbox.FileTrees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The template that the sandbox's node has: little is in it, as programs come from the machine's own {@code /usr}. */
public final class SandboxTemplate {

    public static final String NAME = "sandbox-standard_1.0-1_" + HostBackend.architecture() + ".tar.gz";

    private static final Map<String, String> FILES = Map.of(
            "etc/issue", "A container of Muster's sandbox\n",
            "etc/motd", "This is a container of Muster's sandbox.\n");

    private SandboxTemplate() {}

    /** Puts it into a node's storage, once. */
    static void into(StorageFiles storage) {
        Path template = storage.templates().resolve(NAME);
        if (Files.exists(template)) {
            return;
        }
        try {
            Path draft = Files.createTempDirectory(storage.templates(), ".new");
            Path root = draft.resolve("root");
            for (Map.Entry<String, String> file : FILES.entrySet()) {
                Path path = root.resolve(file.getKey());
                Files.createDirectories(path.getParent());
                Files.writeString(path, file.getValue());
            }
            Path archive = draft.resolve(NAME);
            RootArchive.pack(root, archive, RootArchive.Compression.GZIP);
            Files.move(archive, template);
            FileTrees.delete(draft);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot make the template " + template, e);
        }
    }
}
