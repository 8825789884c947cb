package io.muster.sandbox.docker;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The addresses of containers, {@code <prefix>.2.1} upward, shared by the engines of a sandbox. Each that is taken is a
 * file that names its container, so that no start order of engines gives one away twice. Thread-safe.
 */
public final class ContainerAddresses {
    private static final int FIRST_BLOCK = 2;
    private static final int LAST_BLOCK = 9;
    private static final int LAST = 254;

    private final Path directory;
    private final String prefix;

    /** @param prefix the first two octets: {@code 127.77} */
    public ContainerAddresses(Path directory, String prefix) throws IOException {
        this.directory = Files.createDirectories(directory);
        this.prefix = prefix;
    }

    String take(String container) throws IOException {
        for (int block = FIRST_BLOCK; block <= LAST_BLOCK; block++) {
            for (int last = 1; last <= LAST; last++) {
                String address = prefix + "." + block + "." + last;
                if (claim(address, container)) {
                    return address;
                }
            }
        }
        throw new EngineException(500, "no free address below " + prefix + "." + FIRST_BLOCK + ": remove containers");
    }

    private boolean claim(String address, String container) throws IOException {
        try {
            Files.writeString(directory.resolve(address), container, StandardOpenOption.CREATE_NEW);
            return true;
        } catch (FileAlreadyExistsException taken) {
            return false;
        }
    }

    void release(String address, String container) throws IOException {
        try {
            if (Files.readString(directory.resolve(address)).equals(container)) {
                Files.delete(directory.resolve(address));
            }
        } catch (NoSuchFileException e) {
            // Released already.
            return;
        }
    }
}
