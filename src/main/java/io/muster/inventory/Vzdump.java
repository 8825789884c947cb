package io.muster.inventory;

/**
 * How a Proxmox VE node backs up the LXC container that a data item's host is.
 *
 * @param storage of the node, which keeps the archive
 * @param mode {@code snapshot}, {@code suspend} or {@code stop}
 * @param compress {@code zstd}, {@code gzip}, {@code lzo} or {@code none}
 * @param replaced service-restore restores it in the container's place; otherwise a person restores it
 */
public record Vzdump(String storage, String mode, String compress, boolean replaced) {}
