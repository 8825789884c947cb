package io.muster.sandbox.docker;

import io.muster.sandbox.RootedPaths;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/** Paths of the host as paths of the machine: always below the host's root, whatever {@code ..} or links say. */
final class HostPaths {
    /** These are the machine's own, mounted into the host's jail, and not below its root. */
    private static final Set<String> SHARED =
            Set.of("usr", "bin", "sbin", "lib", "lib32", "lib64", "libx32", "proc", "dev", "sys");

    private final Path root;

    HostPaths(Path root) {
        this.root = root;
    }

    Path resolve(String path) {
        if (!path.startsWith("/")) {
            throw EngineException.badRequest("invalid mount path: '" + path + "' mount path must be absolute");
        }
        Path resolved;
        try {
            resolved = RootedPaths.resolve(root, path, true);
        } catch (IOException e) {
            throw new EngineException(400, "invalid mount config: bind source path " + path + ": " + e, e);
        }
        Path below = root.relativize(resolved);
        if (resolved.equals(root) || SHARED.contains(below.getName(0).toString())) {
            throw EngineException.badRequest("invalid mount config: bind source path " + path
                    + " belongs to the system that a sandbox host shares with its machine; use one below /srv, /opt, "
                    + "/var, /etc or /home");
        }
        return resolved;
    }

    Path requireExisting(String path) {
        Path resolved = resolve(path);
        if (!Files.exists(resolved)) {
            throw EngineException.badRequest(
                    "invalid mount config for type \"bind\": bind source path does not exist: " + path);
        }
        return resolved;
    }

    /** Makes a directory of it where there is nothing yet. */
    Path create(String path) throws IOException {
        Path resolved = resolve(path);
        return Files.exists(resolved) ? resolved : Files.createDirectories(resolved);
    }
}
