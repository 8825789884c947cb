package io.muster.inventory;

import java.nio.file.Path;
import java.util.Optional;
import org.springframework.core.env.Environment;

/**
 * Where the inventory and the secrets are. Who starts Muster without a configured inventory gives a bean of this type,
 * made once the file exists.
 *
 * @param secrets the directory of secret files; empty: only the environment holds secrets
 */
public record InventoryLocation(Path file, Optional<Path> secrets) {

    /** As {@code muster.inventory} and {@code muster.secrets-dir} say; empty when no inventory is configured. */
    public static Optional<InventoryLocation> configured(Environment environment) {
        return path(environment, "muster.inventory")
                .map(file -> new InventoryLocation(file, secretsDirectory(environment)));
    }

    /** What {@code muster.secrets-dir} says. */
    public static Optional<Path> secretsDirectory(Environment environment) {
        return path(environment, "muster.secrets-dir");
    }

    /** Secrets from variables of this process and from the directory. */
    public Secrets openSecrets() {
        return new EnvironmentAndFileSecrets(System::getenv, secrets);
    }

    private static Optional<Path> path(Environment environment, String key) {
        return Optional.ofNullable(environment.getProperty(key))
                .filter(text -> !text.isBlank())
                .map(Path::of);
    }
}
