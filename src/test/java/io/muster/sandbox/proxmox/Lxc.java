package io.muster.sandbox.proxmox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** LXC's own commands. */
public final class Lxc {

    private static final List<String> PROGRAMS =
            List.of("/usr/bin/lxc-start", "/usr/sbin/sshd", "/usr/bin/ssh-keygen", "/usr/sbin/ip");

    private Lxc() {}

    /** Whether containers can be run on this machine. */
    public static boolean possible() {
        return System.getProperty("user.name").equals("root")
                && PROGRAMS.stream().map(Path::of).allMatch(Files::isExecutable);
    }

    /** @throws TaskFailure with what it said when it fails */
    static String run(String... command) {
        Result result = result(command);
        if (result.status != 0) {
            throw new TaskFailure("command '" + String.join(" ", command) + "' failed: exit code " + result.status
                    + (result.said.isEmpty() ? "" : ": " + result.said));
        }
        return result.said;
    }

    static int status(String... command) {
        return result(command).status;
    }

    private record Result(int status, String said) {}

    private static Result result(String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Result(process.waitFor(), said.strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TaskFailure("interrupted by signal");
        }
    }
}
