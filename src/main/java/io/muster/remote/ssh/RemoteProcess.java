package io.muster.remote.ssh;

/**
 * The process that runs a script. Its id alone does not name it: ids are used again, start times are not.
 *
 * @param group its process group, 0 where the host does not tell
 * @param start clock ticks after boot, 0 where the host does not tell
 */
record RemoteProcess(long id, long group, long start) {

    static RemoteProcess parse(String line) {
        String[] parts = line.strip().split(" ");
        return new RemoteProcess(Long.parseLong(parts[0]), Long.parseLong(parts[1]), Long.parseLong(parts[2]));
    }

    boolean leadsGroup() {
        return id == group;
    }

    @Override
    public String toString() {
        return (leadsGroup() ? "process group " : "process ") + id;
    }
}
