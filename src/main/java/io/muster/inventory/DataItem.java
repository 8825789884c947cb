package io.muster.inventory;

import java.util.List;
import java.util.Optional;

/**
 * One thing of a service that is backed up; its type says which of the rest it needs.
 *
 * @param host where the tools run; empty: the service's container
 * @param paths files and directories on that host
 * @param address of the database server, from that host; empty: where its tools look by themselves
 * @param database a database of it; of Redis and etcd none, since the whole server is taken
 * @param directory the server's data directory on that host, where its data is put back as files
 * @param vzdump present exactly for the type {@link #VZDUMP}
 */
public record DataItem(
        String name,
        String type,
        Optional<String> host,
        List<String> paths,
        Optional<String> address,
        Optional<Integer> port,
        Optional<String> database,
        Optional<String> user,
        Optional<SecretRef> password,
        Optional<String> directory,
        Optional<Vzdump> vzdump) {

    /** The type of what is no stream of data, but a whole LXC container, which its node backs up and keeps. */
    public static final String VZDUMP = "vzdump";

    public DataItem {
        paths = paths == null ? List.of() : List.copyOf(paths);
    }
}
