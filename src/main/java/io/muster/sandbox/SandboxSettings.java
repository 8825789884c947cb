package io.muster.sandbox;

import java.nio.file.Path;

/**
 * How a sandbox is made.
 *
 * @param directory where it keeps everything; made if absent, readable by its owner only
 * @param network two octets of the loopback network, {@code 127.77}
 */
public record SandboxSettings(Path directory, String network) {

    public static final String DEFAULT_NETWORK = "127.77";

    public SandboxSettings {
        directory = directory.toAbsolutePath().normalize();
    }

    public static SandboxSettings in(Path directory) {
        return new SandboxSettings(directory, DEFAULT_NETWORK);
    }
}
