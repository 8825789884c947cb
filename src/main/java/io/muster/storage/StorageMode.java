package io.muster.storage;

import java.util.ArrayList;
import java.util.List;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * Which database, and whether this is the sandbox's server, decided from the configuration alone.
 *
 * @param sandbox whether no inventory is configured, so that the sandbox's own is used
 * @param embedded whether the database is the embedded PostgreSQL in the data directory
 */
public record StorageMode(boolean sandbox, boolean embedded) {

    /** @throws StartupRefused naming everything that is missing, when an inventory of one's own is configured */
    public static StorageMode decide(Environment environment) {
        boolean external = has(environment, "spring.datasource.url");
        String inventory = environment.getProperty("muster.inventory", "");
        if (!StringUtils.hasText(inventory)) {
            return new StorageMode(true, !external);
        }
        List<String> missing = missing(environment);
        if (!missing.isEmpty()) {
            throw new StartupRefused(
                    "With the inventory " + inventory
                            + " Muster changes real machines, so it needs an external PostgreSQL and"
                            + " an administrator of its own. Missing:\n  - " + String.join("\n  - ", missing),
                    "Set them in the environment and start again (the database's user and password are"
                            + " SPRING_DATASOURCE_USERNAME and SPRING_DATASOURCE_PASSWORD). To use the sandbox, leave"
                            + " MUSTER_INVENTORY unset.");
        }
        return new StorageMode(false, false);
    }

    private static List<String> missing(Environment environment) {
        List<String> missing = new ArrayList<>();
        require(
                environment,
                missing,
                "spring.datasource.url",
                "SPRING_DATASOURCE_URL (jdbc:postgresql://host:5432/muster)");
        require(environment, missing, "muster.admin.user", "MUSTER_ADMIN_USER (the first administrator's name)");
        require(
                environment,
                missing,
                "muster.admin.password",
                "MUSTER_ADMIN_PASSWORD (the first administrator's password)");
        return missing;
    }

    private static void require(Environment environment, List<String> missing, String key, String name) {
        if (!has(environment, key)) {
            missing.add(name);
        }
    }

    private static boolean has(Environment environment, String key) {
        return StringUtils.hasText(environment.getProperty(key));
    }
}
