package io.muster.steps.provision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.muster.inventory.Inventory;
import io.muster.inventory.SecretRef;
import io.muster.remote.ssh.OpenSshServer;
import io.muster.steps.Bench;
import io.muster.steps.TwiceEqualsOnce;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Docker is installed once. What this machine must not have done to it (packages, services, an engine) is done by programs of the
 * test's own, which come first in the path of its SSH server and keep what they did in a directory.
 */
class DockerInstallIT {

    private static final Map<String, String> INPUT = Map.of("host", "bare-01", "within", "PT10S");

    private static final String APT =
            """
            #!/bin/sh
            cd "${0%/*}" && echo "apt-get $*" >>did
            case " $* " in *" install "*) printf '#!/bin/sh\\n' >dockerd && chmod 755 dockerd && mv packaged docker;; esac
            """;
    private static final String SYSTEMCTL =
            """
            #!/bin/sh
            cd "${0%/*}" || exit 1
            case $1 in
              is-active) [ -e running ];;
              enable) echo "systemctl $*" >>did; [ -x dockerd ] && : >running;;
            esac
            """;
    /** Where systemd does not run. */
    private static final String SERVICE =
            """
            #!/bin/sh
            cd "${0%/*}" || exit 1
            case $2 in
              status) [ -e running ];;
              start) echo "service $*" >>did; [ -x dockerd ] && : >running;;
            esac
            """;
    /** docker system dial-stdio, to an engine that says its version. */
    private static final String DOCKER =
            """
            #!/bin/sh
            [ "$LC_ALL" = C ] || { echo 'Verbindung abgelehnt' >&2; exit 1; }
            [ -e "${0%/*}/running" ] || { echo 'Cannot connect to the Docker daemon' >&2; exit 1; }
            end=$(printf '\\r')
            while IFS= read -r line; do
              case $line in GET*) path=$line;; esac
              [ "$line" = "$end" ] || continue
              case $path in *_ping*) body=OK;; *) body='{"Version":"20.10.24","ApiVersion":"1.41"}';; esac
              printf 'HTTP/1.1 200 OK\\r\\nApi-Version: 1.41\\r\\nContent-Type: application/json\\r\\nContent-Length: %s\\r\\n\\r\\n%s' \\
                "${#body}" "$body"
            done
            """;

    @TempDir
    Path directory;

    private Path programs;

    @Test
    @TwiceEqualsOnce("dockerInstall")
    void itIsInstalledAndStartedOnceAlsoAfterAnAttemptThatBrokeOff() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/sbin/sshd")), "openssh-server is not installed");
        programs = Files.createDirectory(directory.resolve("programs"));
        program("apt-get", APT);
        program("systemctl", SYSTEMCTL);
        program("service", SERVICE);
        program("packaged", DOCKER);
        String path = programs + ":" + toolsWithoutDocker();
        try (OpenSshServer server = new OpenSshServer(directory, "SetEnv PATH=" + path)) {
            installedOnce(server);
            startedOnly(server);
        } finally {
            // JUnit warns of each link that it removes.
            for (File link :
                    Objects.requireNonNull(directory.resolve("tools").toFile().listFiles())) {
                Files.delete(link.toPath());
            }
        }
    }

    /** This machine may have a Docker of its own, and a bare container has none. */
    private Path toolsWithoutDocker() throws IOException {
        Path tools = Files.createDirectory(directory.resolve("tools"));
        try (Stream<Path> all = Files.list(Path.of("/usr/bin"))) {
            for (Path tool : all.filter(tool -> !tool.getFileName().toString().startsWith("docker"))
                    .toList()) {
                Files.createSymbolicLink(tools.resolve(tool.getFileName()), tool);
            }
        }
        return tools;
    }

    private Bench bench(OpenSshServer server) {
        Bench bench = new Bench(directory.resolve("data"));
        bench.secrets.put("key", server.privateKey());
        bench.hosts.put("bare-01", host(server));
        return bench;
    }

    private void installedOnce(OpenSshServer server) throws IOException {
        try (Bench bench = bench(server)) {
            DockerInstall.Output first = bench.run(DockerInstall.class, INPUT);
            assertThat(first.changed()).isTrue();
            assertThat(first.summary()).contains("installed and started");
            List<String> did = Files.readAllLines(programs.resolve("did"));
            assertThat(did).hasSize(3).anyMatch(line -> line.contains("install --no-install-recommends docker.io"));
            assertThat(bench.run(DockerInstall.class, INPUT).changed()).isFalse();
            assertThat(Files.readAllLines(programs.resolve("did"))).isEqualTo(did);
        }
    }

    /** The server died between the package and the start of its service. */
    private void startedOnly(OpenSshServer server) throws IOException {
        Files.delete(programs.resolve("running"));
        try (Bench bench = bench(server)) {
            assertThat(bench.run(DockerInstall.class, INPUT).summary()).contains("was started");
            assertThat(Files.readAllLines(programs.resolve("did")))
                    .hasSize(4)
                    .last()
                    .isIn("systemctl enable --now docker", "service docker start");
        }
    }

    private void program(String name, String text) throws IOException {
        Path file = Files.writeString(programs.resolve(name), text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static Inventory.Host host(OpenSshServer server) {
        return new Inventory.Host(
                "bare-01",
                new Inventory.Ssh(
                        "127.0.0.1",
                        server.port(),
                        server.user(),
                        List.of(server.hostKey()),
                        Optional.of(new SecretRef("key")),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()),
                Optional.empty(),
                Optional.empty(),
                Optional.of(new Inventory.Docker("ssh", List.of(), Optional.empty(), Optional.empty())),
                List.of());
    }
}
