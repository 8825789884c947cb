package io.muster.sandbox.proxmox;

import java.nio.file.Path;
import java.time.Clock;

/** What the resources of a node share. */
record Site(
        String node,
        Path directory,
        Containers containers,
        ContainerBackend backend,
        Tasks tasks,
        StorageFiles storage,
        SnapshotFiles snapshots,
        Clock clock) {

    static final String VERSION = "9.2.11";
    static final String RELEASE = "9.2";
    static final String REPOSITORY_ID = "14a22df35955d97d";

    String path() {
        return "/nodes/" + node;
    }
}
