package io.muster.sandbox;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Words for POSIX sh, and where this machine keeps its tools. */
final class Shell {

    private static final List<String> DIRECTORIES = List.of("/usr/bin", "/bin", "/usr/sbin", "/sbin");

    private Shell() {}

    static String quote(Object word) {
        return "'" + word.toString().replace("'", "'\\''") + "'";
    }

    static String quote(Collection<String> words) {
        return words.stream().map(Shell::quote).collect(Collectors.joining(" "));
    }

    static Optional<String> find(String tool) {
        return DIRECTORIES.stream()
                .map(directory -> Path.of(directory, tool))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
    }

    /** Absolute, because the environment (and PATH with it) is that of the process to be started. */
    static String tool(String tool) {
        return find(tool)
                .orElseThrow(() ->
                        new IllegalStateException("The sandbox needs the tool '" + tool + "', which is in none of "
                                + DIRECTORIES + ". Install the package util-linux (and mount, where it is separate)."));
    }
}
