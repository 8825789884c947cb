package io.muster.steps.target;

import java.util.Set;

/** What runbooks of one's own do with the LXC containers of the inventory beside what Muster's do, and what a token needs for it. */
public enum NodeUse {
    /** {@code lxcBackup}; the storage's privilege is asked for where the inventory names it. */
    BACKUP(Set.of("VM.Backup")),
    /**
     * {@code lxcClone}; besides, VM.Allocate and VM.Audit for whatever number the copy gets: it is looked for, and read back.
     * Datastore.AllocateSpace on the copy's storage is not asked for where the inventory does not name that storage.
     */
    CLONE(Set.of("VM.Clone")),
    /** {@code lxcConfigure} */
    CONFIGURE(Set.of("VM.Config.CPU", "VM.Config.Memory", "VM.Config.Network", "VM.Config.Options", "VM.Config.Disk")),
    /** {@code lxcResize} */
    RESIZE(Set.of("VM.Config.Disk")),
    /** {@code lxcSnapshot}, {@code lxcRollback}, {@code lxcSnapshotRemove} */
    SNAPSHOT(Set.of("VM.Snapshot"));

    private final Set<String> privileges;

    NodeUse(Set<String> privileges) {
        this.privileges = privileges;
    }

    Set<String> privileges() {
        return privileges;
    }
}
