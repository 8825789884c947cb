package io.muster.steps.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.muster.inventory.Inventory;
import io.muster.inventory.SecretRef;
import io.muster.remote.docker.Dockerd;
import io.muster.remote.net.TestAuthority;
import io.muster.remote.ssh.OpenSshServer;
import io.muster.steps.Bench;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;

/** A real engine, and a real registry that wants a password. */
abstract class RealDockerContract extends DockerContract {

    private static final Pattern DIGEST = Pattern.compile("digest: (sha256:[0-9a-f]{64})");

    @TempDir
    static Path directory;

    final TestAuthority authority = new TestAuthority("Test authority");
    final TestAuthority.Identity client = authority.identity("muster");
    Dockerd dockerd;
    OpenSshServer sshd;
    private RealRegistry registry;

    abstract Inventory.Docker docker();

    @Override
    Bench started() throws Exception {
        assumeTrue(
                Dockerd.possible()
                        && Files.isExecutable(RealRegistry.BINARY)
                        && Files.isExecutable(Path.of("/usr/sbin/sshd")),
                "No engine, registry or sshd can be started here; `apt-get install docker.io docker-registry"
                        + " openssh-server`, and root, let this test run");
        dockerd = new Dockerd(Files.createDirectory(directory.resolve("engine")), authority);
        registry = new RealRegistry(Files.createDirectory(directory.resolve("registry")), authority);
        sshd = new OpenSshServer(Files.createDirectory(directory.resolve("ssh")));
        Bench made = new Bench(directory.resolve("data"));
        made.secrets.put("key", sshd.privateKey());
        made.secrets.put("docker-key", client.keyPem());
        made.secrets.put("registry", RealRegistry.PASSWORD);
        made.hosts.put(HOST, host());
        made.registries.put(
                registry.name(),
                new Inventory.Registry(
                        registry.name(),
                        "https://" + registry.name(),
                        Optional.of(RealRegistry.USER),
                        Optional.of(new SecretRef("registry")),
                        List.of(authority.pem())));
        return made;
    }

    private Inventory.Host host() {
        return new Inventory.Host(
                HOST,
                new Inventory.Ssh(
                        "127.0.0.1",
                        sshd.port(),
                        sshd.user(),
                        List.of(sshd.hostKey()),
                        Optional.of(new SecretRef("key")),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()),
                Optional.of(Inventory.ContainerClass.EXPERIMENTAL),
                Optional.empty(),
                Optional.of(docker()),
                List.of("/srv/persistent"));
    }

    @Override
    void ended() throws Exception {
        bench.close();
        sshd.close();
        registry.close();
        dockerd.close();
    }

    @Override
    String published(String tag) throws Exception {
        String image = registry.name() + "/small:" + tag;
        String docker = "docker --config " + directory.resolve("client") + " --host unix://" + dockerd.socket + " ";
        String script =
                """
                set -e
                tar -chPf - /bin/sh /bin/sleep $(ldd /bin/sh /bin/sleep | grep -o '[[:space:]]/[^ ]*' | sort -u) 2>/dev/null |
                    DOCKER import --change 'ENV TAG=%2$s PATH=/bin' --change "CMD [\\"/bin/sh\\", \\"-c\\", \\"$3\\"]" - %1$s
                printf %%s "$2" | DOCKER login --username %3$s --password-stdin %4$s
                DOCKER push %1$s
                DOCKER rmi %1$s
                DOCKER logout %4$s
                """
                        .formatted(image, tag, RealRegistry.USER, registry.name())
                        .replace("DOCKER ", docker);
        Process process = new ProcessBuilder("bash", "-c", script, "publish", "", RealRegistry.PASSWORD, SCRIPT)
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as(said).isZero();
        Matcher digest = DIGEST.matcher(said);
        assertThat(digest.find()).as(said).isTrue();
        return registry.name() + "/small@" + digest.group(1);
    }
}
