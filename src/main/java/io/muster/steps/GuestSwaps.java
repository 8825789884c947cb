package io.muster.steps;

import io.muster.inventory.Vzdump;
import io.muster.step.StepContext;
import java.util.List;

/**
 * LXC containers that are replaced by what an archive has of them, and come back as they were where that is given up. A copy of the one
 * that is there is made first. How far it came is read from the node: the containers' tags and the copy's mark, so every call can be made
 * again, by any attempt of any server.
 *
 * <p>Failures of every call: as the API's; {@code PermissionDenied} where the token may not see or do what is needed; {@code Conflict}
 * where another container has the number, or one that was only made in part.
 */
public interface GuestSwaps {

    /**
     * A container, and the run that replaces it.
     *
     * @param host of the inventory, an LXC container
     * @param vzdump where its copy is kept
     * @param tag of the run: a few letters and digits
     * @param mark of the copy
     */
    record Place(String host, Vzdump vzdump, String tag, String mark) {}

    /**
     * What is there now.
     *
     * @param container in words
     * @param there whether there is anything to replace
     * @param lost what is not in the archive, or not in the copy, in words
     */
    record Standing(String container, boolean there, boolean running, List<String> lost) {}

    /**
     * Whether the archive can take the container's place; changes nothing.
     *
     * @throws io.muster.step.StepFailure Rejected Conflict where it is of another container, where the node protects the container, or
     *     where it has volumes that no backup of it holds and that would be destroyed
     */
    Standing look(StepContext context, Place place, GuestArchives.Archive archive);

    /**
     * Shuts the container down, keeps a copy of it, restores the archive in its place, and starts that.
     *
     * @param approved whether one that is there may be replaced
     * @return in words
     */
    String in(StepContext context, Place place, GuestArchives.Archive archive, boolean approved);

    /** Whether what was restored is in its place. */
    boolean isIn(StepContext context, Place place);

    /**
     * Puts the container back that was replaced, from its copy, and starts it where it ran. One that was not replaced is only started
     * again; where none was there before, what was restored stays.
     *
     * @return in words
     */
    String back(StepContext context, Place place);

    /** Removes the copy, once what was restored was seen well. */
    void settle(StepContext context, Place place);
}
