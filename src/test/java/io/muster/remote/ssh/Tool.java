package io.muster.remote.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** Runs a command of this machine to its end. */
final class Tool {

    static String run(String... command) throws IOException, InterruptedException {
        return run(Map.of(), "", command);
    }

    static String run(Map<String, String> env, String input, String... command)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(env);
        Process process = builder.start();
        process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(command[0] + ": " + said).isZero();
        return said;
    }

    /** A new key pair in a file; its public key beside it. */
    static Path key(Path file) throws IOException, InterruptedException {
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", file.toString());
        return file;
    }

    private Tool() {}
}
