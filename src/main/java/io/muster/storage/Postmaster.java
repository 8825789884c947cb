package io.muster.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A PostgreSQL server process, as {@code postmaster.pid} in its data directory describes it and {@code /proc} confirms it.
 *
 * @param ready whether it takes connections
 */
record Postmaster(long pid, int port, boolean ready) {

    private static final int PORT_LINE = 3;
    private static final int STATUS_LINE = 7;

    /** The server that runs on this data directory, if one does. */
    static Optional<Postmaster> on(Path data) throws IOException {
        return described(data).filter(postmaster -> servesFrom(ProcessHandle.of(postmaster.pid), data));
    }

    /** Whether there is no pid file, or one that names no living process: PostgreSQL handles both by itself. */
    static boolean pidFileIsOfTheDead(Path data) throws IOException {
        return !Files.exists(data.resolve("postmaster.pid"))
                || described(data)
                        .filter(postmaster -> ProcessHandle.of(postmaster.pid).isEmpty())
                        .isPresent();
    }

    private static Optional<Postmaster> described(Path data) throws IOException {
        Path file = data.resolve("postmaster.pid");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        List<String> lines = Files.readAllLines(file);
        if (lines.isEmpty() || !lines.get(0).strip().matches("\\d+")) {
            return Optional.empty();
        }
        int port =
                lines.size() > PORT_LINE ? Integer.parseInt(lines.get(PORT_LINE).strip()) : 0;
        boolean ready =
                lines.size() > STATUS_LINE && lines.get(STATUS_LINE).strip().equals("ready");
        return Optional.of(new Postmaster(Long.parseLong(lines.get(0).strip()), port, ready));
    }

    /** Its processes, whether or not there is a postmaster over them: all work in the data directory. */
    static List<ProcessHandle> processes(Path data) {
        return ProcessHandle.allProcesses()
                .filter(process -> servesFrom(Optional.of(process), data))
                .toList();
    }

    /** A process id says nothing, it may be another program's by now; PostgreSQL's processes stand in their data directory. */
    private static boolean servesFrom(Optional<ProcessHandle> process, Path data) {
        if (process.isEmpty()) {
            return false;
        }
        Path proc = Path.of("/proc", Long.toString(process.get().pid()));
        try {
            return Files.readSymbolicLink(proc.resolve("cwd")).equals(data)
                    && Files.readSymbolicLink(proc.resolve("exe")).toString().contains("/bin/postgres");
        } catch (IOException e) {
            // Gone in the meantime, or another user's: not ours.
            return false;
        }
    }
}
