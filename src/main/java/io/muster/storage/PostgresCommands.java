package io.muster.storage;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs PostgreSQL's programs. They refuse to run as root, so root runs them in a user namespace of its own, where its user
 * id is nobody's; the files still belong to root outside.
 */
final class PostgresCommands {

    private final PostgresBinaries binaries;
    private final boolean root;

    PostgresCommands(PostgresBinaries binaries) throws IOException, InterruptedException {
        this.binaries = binaries;
        this.root = Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        if (root) {
            requireUserNamespace();
        }
    }

    private static void requireUserNamespace() throws IOException, InterruptedException {
        Result result = run(List.of("unshare", "--user", "true"));
        if (result.status != 0) {
            throw new StartupRefused(
                    "PostgreSQL does not run as root, and this machine gives root no user namespace to run it in: "
                            + result.output,
                    "Start Muster as another user; or allow user namespaces (sysctl user.max_user_namespaces, in a container"
                            + " a seccomp profile that allows unshare); or give an external database"
                            + " (SPRING_DATASOURCE_URL).");
        }
    }

    /** Its output, standard error included. */
    Result run(String program, List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        if (root) {
            command.addAll(List.of("unshare", "--user", "--"));
        }
        command.add(binaries.program(program).toString());
        command.addAll(arguments);
        return run(command);
    }

    private static Result run(List<String> command) throws IOException, InterruptedException {
        // A file, not a pipe: what the program starts in the background would keep a pipe open.
        Path output = Files.createTempFile("muster-postgres-", ".out");
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectOutput(output.toFile());
            // Settings meant for other PostgreSQL servers of this user.
            builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
            builder.environment().put("LC_ALL", "C");
            int status = builder.start().waitFor();
            return new Result(
                    status, Files.readString(output, StandardCharsets.UTF_8).strip());
        } finally {
            Files.delete(output);
        }
    }

    record Result(int status, String output) {}
}
