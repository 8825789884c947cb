package io.muster.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Memory of processes, as {@code /proc/<pid>/status} tells. */
final class ProcessMemory {

    private static final String RESIDENT = "VmRSS:";
    private static final long KIB = 1024;

    private ProcessMemory() {}

    /** Bytes resident, of a process and all below it; pages that several share count for each. */
    static long ofTree(ProcessHandle main) {
        return Stream.concat(Stream.of(main), main.descendants())
                .mapToLong(process -> of(process.pid()))
                .sum();
    }

    private static long of(long pid) {
        try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(pid), "status"))) {
            return lines.filter(line -> line.startsWith(RESIDENT))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * KIB)
                    .sum();
        } catch (IOException | java.io.UncheckedIOException gone) {
            return 0;
        }
    }
}
