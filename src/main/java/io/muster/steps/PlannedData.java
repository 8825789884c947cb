package io.muster.steps;

import io.muster.step.StepContext;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** What is in no volume of a service and yet is its data, by its backup plan; and what its backups hold. */
public interface PlannedData {

    /**
     * @param name of the data item
     * @param label in words, with its type and place
     * @param id tells what is there from what is put in its place later; no blanks
     */
    record Present(String name, String label, String id) {}

    /** Why data items that are in no volume cannot be removed by a wipe, a sentence each; empty where all can. */
    List<String> unremovable(StepContext context, String service);

    /**
     * Whose the volumes that a service writes, and the directories of its servers, are too, by volumes and backup plans of every
     * environment: another service's on the same host, whatever that is called there, at, above or below the same path. A sentence each.
     */
    List<String> shared(StepContext context, String service);

    /** Why a restore would refuse to put data items back where they are now, in volumes and elsewhere, a sentence each. */
    List<String> unswappable(StepContext context, String service);

    /** The data items in no volume that hold anything now. */
    List<Present> present(StepContext context, String service);

    /**
     * Removes what has this id; nothing where it is gone. What an earlier attempt began is ended.
     *
     * @throws io.muster.step.StepFailure Conflict where something else is there now, which is left alone
     */
    void remove(StepContext context, String service, String item, String id);

    /**
     * How many files a kept backup has, which are those that its manifest names, of the same size.
     *
     * @throws io.muster.step.StepFailure with all that is wrong
     */
    int files(StepContext context, String service, String backup);

    /**
     * Reads a kept backup, opened where it is encrypted, on the hosts of its data items.
     *
     * @param path as steps give it, {@code host:/path}
     * @return those of the words that are in it, as whole words
     */
    Set<String> found(StepContext context, String service, String path, Collection<String> words);
}
