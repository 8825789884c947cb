package io.muster.remote.ssh;

import java.util.Optional;

/**
 * Where a durable command is found again: recorded before it is started, and again with its process when that is known.
 *
 * @param boot names the target's boot: a claim that vanished in a reboot must not look like one that never was
 * @param process the leader of its process group, once it has said so
 */
record Handle(String boot, String directory, Optional<RemoteProcess> process) {

    static Handle parse(String text) {
        String[] parts = text.split(" ", 5);
        Optional<RemoteProcess> process = parts[1].equals("-")
                ? Optional.empty()
                : Optional.of(RemoteProcess.parse(String.join(" ", parts[1], parts[2], parts[3])));
        return new Handle(parts[0], parts[4], process);
    }

    Handle with(RemoteProcess started) {
        return new Handle(boot, directory, Optional.of(started));
    }

    @Override
    public String toString() {
        return boot + " "
                + process.map(it -> it.id() + " " + it.group() + " " + it.start())
                        .orElse("- - -") + " " + directory;
    }
}
