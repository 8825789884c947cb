package io.muster.steps.provision;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script in a real shell, on a system whose package manager and services answer as Debian's do. */
class DockerInstallScriptTest {

    /** Logs its call and leaves what an installation leaves: dockerd. */
    private static final String APT =
            """
            echo "apt-get $*" >>"$LOG"
            case " $* " in
              *" install "*)
                if [ -e "$BIN/half" ]; then echo 'E: dpkg was interrupted' >&2; exit 100; fi
                printf '#!/bin/sh\\n' >"$BIN/dockerd"; chmod +x "$BIN/dockerd";;
            esac
            """;

    private static final String SERVICE =
            """
            echo "service $*" >>"$LOG"
            case $2 in status) [ -e "$BIN/up" ];; start) touch "$BIN/up";; esac
            """;

    @TempDir
    Path directory;

    private Path bin;
    private Path log;

    record Ended(int status, List<String> out, String err) {}

    @BeforeEach
    void debian() throws IOException {
        bin = Files.createDirectory(directory.resolve("bin"));
        log = Files.createFile(directory.resolve("log"));
        for (String tool : List.of("touch", "chmod", "rm", "sh")) {
            Files.createSymbolicLink(bin.resolve(tool), real(tool));
        }
        program("apt-get", APT);
        program("apt-cache", "case $2 in docker-cli) exit 100;; esac; echo \"Package: $2\"");
        program("dpkg", "echo \"dpkg $*\" >>\"$LOG\"; rm -f \"$BIN/half\"");
        program("service", SERVICE);
    }

    @Test
    void whatIsNotThereIsInstalledAndStartedAndThenNothingIsDone() throws Exception {
        Ended first = run();
        assertThat(first.status()).as(first.err()).isZero();
        assertThat(first.out()).containsExactly("installed", "started");
        assertThat(Files.readAllLines(log))
                .anyMatch(line -> line.matches("apt-get .*DPkg::Lock::Timeout=300 .*-qy update"))
                .anyMatch(line -> line.endsWith("install --no-install-recommends docker.io ca-certificates apparmor"));
        Files.writeString(log, "");
        Ended second = run();
        assertThat(second.status()).isZero();
        assertThat(second.out()).isEmpty();
        assertThat(Files.readAllLines(log)).containsExactly("service docker status");
    }

    /** A connection that was lost in the middle of an installation leaves this behind. */
    @Test
    void packagesThatWereLeftHalfConfiguredAreConfiguredAndTheInstallationGoesOn() throws Exception {
        Files.createFile(bin.resolve("half"));
        Ended ended = run();
        assertThat(ended.status()).as(ended.err()).isZero();
        assertThat(ended.out()).containsExactly("installed", "started");
        assertThat(Files.readAllLines(log)).contains("dpkg --configure -a");
    }

    @Test
    void aPackageManagerThatFailsIsToldFromAnEngineThatDoesNotStart() throws Exception {
        program("apt-get", "echo 'E: Unable to fetch some archives' >&2; exit 100");
        Ended broken = run();
        assertThat(broken.status()).isEqualTo(21);
        assertThat(broken.out()).isEmpty();
        assertThat(broken.err()).contains("Unable to fetch");

        program("apt-get", APT);
        program("service", "case $2 in status) exit 3;; esac; echo 'cgroups: cannot be mounted' >&2; exit 1");
        Ended stopped = run();
        assertThat(stopped.status()).isEqualTo(22);
        assertThat(stopped.out()).containsExactly("installed");
        assertThat(stopped.err()).contains("cgroups");
    }

    @Test
    void aSystemWithoutAptIsNotTouched() throws Exception {
        Files.delete(bin.resolve("apt-get"));
        assertThat(run().status()).isEqualTo(20);
        assertThat(log).isEmptyFile();
    }

    private Ended run() throws Exception {
        // Where this machine runs systemd its own services would be asked; the script's other way is what containers
        // take.
        String script = DockerInstall.INSTALL.replace("/run/systemd/system", directory + "/no-systemd");
        Path err = directory.resolve("err");
        ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-c", script).redirectError(err.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", bin.toString());
        builder.environment().put("BIN", bin.toString());
        builder.environment().put("LOG", log.toString());
        Process process = builder.start();
        String out = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return new Ended(
                process.exitValue(), out.isEmpty() ? List.of() : out.lines().toList(), Files.readString(err));
    }

    private void program(String name, String script) throws IOException {
        Path file = Files.writeString(bin.resolve(name), "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static Path real(String tool) {
        return Arrays.stream(new String[] {"/bin/", "/usr/bin/"})
                .map(place -> Path.of(place + tool))
                .filter(Files::exists)
                .findFirst()
                .orElseThrow();
    }
}
