package io.muster.inventory;

/**
 * Where backups are kept.
 *
 * @param directory absolute, on persistent storage of {@code host}
 */
public record BackupStore(String host, String directory) {}
