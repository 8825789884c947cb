package io.muster.steps;

import io.muster.inventory.Vzdump;
import io.muster.step.StepContext;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Backups of LXC containers as a whole, which their node makes with vzdump and keeps in a storage of its own. An archive is known by a
 * mark in its notes, which says what it was taken for: after any crash or retry it is found, and never made twice.
 *
 * <p>Failures of every call: as the API's; {@code PermissionDenied} where the token may not see what it asks for, which the node would
 * answer with an empty list.
 */
public interface GuestArchives {

    /**
     * What is to be backed up.
     *
     * @param host of the inventory, an LXC container
     * @param mark is in the notes of the archive, between brackets, and of no other one
     */
    record Order(String host, Vzdump vzdump, String mark) {}

    /**
     * What there is to back up, and where to.
     *
     * @param container in words
     * @param used bytes of its root file system; 0 where the node does not say
     * @param free bytes of the storage
     * @param left paths in the container that vzdump leaves out: bind mounts, and volumes without {@code backup=1}
     */
    record Look(String container, long used, long free, List<String> left) {}

    /**
     * One that is kept.
     *
     * @param node the inventory's name
     * @param volume its volume id
     * @param config SHA-256 of the configuration that is in it
     * @param task how its task ended, and in which mode it was taken
     */
    record Archive(String node, int vmid, String hostname, String volume, long bytes, String config, String task) {}

    /**
     * Whether a backup can be taken; changes nothing.
     *
     * @throws io.muster.step.StepFailure NotFound without such a container; InvalidInput where the storage keeps no backups
     */
    Look look(StepContext context, Order order);

    /**
     * Takes a backup, unless there is one with this mark. A vzdump of ours that runs on the container is followed, not joined by another.
     *
     * @param until when it is stopped
     * @throws io.muster.step.StepFailure Transient Conflict while something else holds the container's lock; NoSpace; TimedOut
     */
    void take(StepContext context, Order order, Instant until);

    /**
     * Reads back what the node tells of the archive with this mark: how its task ended, its size as listed and as logged, and whose
     * configuration is in it.
     *
     * @throws io.muster.step.StepFailure Rejected TaskFailed when it is not there, or not what was asked for
     */
    Archive describe(StepContext context, Order order);

    /** As {@link #describe}; empty where there is none with this mark. */
    Optional<Archive> find(StepContext context, Order order);

    /** @param gone whether the node does not have it any more */
    record Wrong(boolean gone, String what) {}

    /** What is wrong with an archive that was described once, all of it; empty when it is as it was. Its files are not read. */
    List<Wrong> wrong(StepContext context, Archive archive);

    /** Removes an archive; one that is gone is no failure, and one that the node protects stays, which is logged. */
    void remove(StepContext context, Archive archive);

    /** Removes archives of a container whose mark begins so. */
    void removeMarked(StepContext context, Order order);

    /**
     * Restores an archive into a container of a new number, which is not started, and compares its configuration with the archive's.
     *
     * @param hostname of the new container, by which it is found again
     * @return what was compared, in words
     * @throws io.muster.step.StepFailure Rejected CheckFailed naming each difference
     */
    String tryOut(StepContext context, Archive archive, String hostname);

    /** Destroys what {@link #tryOut} made of this hostname on the host's node, also what is still being made. */
    void removeTrial(StepContext context, String host, String hostname);
}
