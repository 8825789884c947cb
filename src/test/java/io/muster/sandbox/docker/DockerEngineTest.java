package io.muster.sandbox.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.PullImageResultCallback;
import com.github.dockerjava.api.exception.BadRequestException;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.InternalServerErrorException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.PullResponseItem;
import com.github.dockerjava.api.model.RestartPolicy;
import com.github.dockerjava.api.model.StreamType;
import com.github.dockerjava.core.command.ExecStartResultCallback;
import com.github.dockerjava.core.command.LogContainerResultCallback;
import com.github.dockerjava.core.command.WaitContainerResultCallback;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DockerEngineTest {
    @TempDir
    Path directory;

    private EngineFixture sandbox;

    @BeforeEach
    void start() throws Exception {
        sandbox = new EngineFixture(directory);
    }

    @AfterEach
    void stop() throws Exception {
        sandbox.close();
    }

    @Test
    void answersAClientWithACertificateOnly() throws Exception {
        assertThat(sandbox.docker.versionCmd().exec().getApiVersion()).isEqualTo("1.47");
        assertThat(sandbox.docker.infoCmd().exec().getName()).isEqualTo("host-01");
        sandbox.docker.pingCmd().exec();

        var stranger = sandbox.client(sandbox.authority.clientContext());
        assertThatThrownBy(() -> stranger.pingCmd().exec()).hasRootCauseInstanceOf(Exception.class);
    }

    @Test
    void pullsByTagAndByDigest() throws Exception {
        List<PullResponseItem> progress = new CopyOnWriteArrayList<>();
        sandbox.docker
                .pullImageCmd(EngineFixture.NOTES)
                .withTag("1.1.0")
                .exec(new PullImageResultCallback() {
                    @Override
                    public void onNext(PullResponseItem item) {
                        progress.add(item);
                        super.onNext(item);
                    }
                })
                .awaitCompletion();
        var image =
                sandbox.docker.inspectImageCmd(EngineFixture.NOTES + ":1.1.0").exec();
        String digest = image.getRepoDigests().get(0).split("@")[1];
        assertThat(progress)
                .extracting(PullResponseItem::getStatus)
                .contains("Pull complete", "Digest: " + digest)
                .last()
                .asString()
                .startsWith("Status: Downloaded newer image");
        assertThat(image.getRepoTags()).containsExactly(EngineFixture.NOTES + ":1.1.0");
        assertThat(image.getConfig().getLabels()).containsEntry("org.opencontainers.image.version", "1.1.0");

        sandbox.docker
                .pullImageCmd(EngineFixture.NOTES + "@" + digest)
                .exec(new PullImageResultCallback())
                .awaitCompletion();

        assertThat(sandbox.docker
                        .inspectImageCmd(EngineFixture.NOTES + "@" + digest)
                        .exec()
                        .getId())
                .isEqualTo(image.getId());
        assertThat(sandbox.docker.listImagesCmd().exec()).hasSize(1);
        sandbox.docker.removeImageCmd(image.getId()).exec();
        assertThat(sandbox.docker.listImagesCmd().exec()).isEmpty();
    }

    @Test
    void saysWhichTagOrImageIsMissing() {
        assertThatThrownBy(() -> sandbox.pull("9.9.9"))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("manifest for " + EngineFixture.NOTES + ":9.9.9 not found");
        assertThatThrownBy(() -> sandbox.idle("none").exec())
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("No such image: " + EngineFixture.NOTES + ":1.1.0");
        assertThatThrownBy(() -> sandbox.inspect("none"))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("No such container: none");
        assertThatThrownBy(() -> sandbox.docker
                        .pullImageCmd("elsewhere.test/app")
                        .withTag("1")
                        .exec(new PullImageResultCallback())
                        .awaitCompletion())
                .hasMessageContaining("no such host");
    }

    @Test
    void runsTheNotesServiceUntilHealthyAndKeepsItsData() throws Exception {
        sandbox.pull("1.1.0");
        String id = notes("1.1.0");
        sandbox.docker.startContainerCmd(id).exec();
        await().until(() -> sandbox.health(id).equals("healthy"));

        String base = "http://" + sandbox.address() + ":8080";
        assertThat(sandbox.get(base + "/health").body()).contains("\"UP\"", "1.1.0");
        assertThat(sandbox.get("https://" + sandbox.address() + ":8443/health").statusCode())
                .isEqualTo(200);
        assertThat(sandbox.root().resolve("srv/persistent/notes/format")).hasContent("1");
        assertThat(sandbox.logs(id, true, false))
                .contains("notes 1.1.0 started")
                .contains("GET /health 200");

        InspectContainerResponse seen = sandbox.inspect("notes");
        assertThat(seen.getState().getRunning()).isTrue();
        // On a busy machine the first probe comes before the service has judged itself.
        assertThat(seen.getState().getHealth().getLog())
                .anySatisfy(probe -> assertThat(probe.getOutput()).contains("UP"));
        assertThat(seen.getConfig().getLabels())
                .containsEntry("team", "platform")
                .containsKey("io.muster.sandbox.tls");
        assertThat(seen.getHostConfig().getMemory()).isEqualTo(268_435_456L);
        assertThat(seen.getHostConfig().getNanoCPUs()).isEqualTo(500_000_000L);
        assertThat(seen.getMounts()).singleElement().satisfies(mount -> {
            assertThat(mount.getSource()).isEqualTo("/srv/persistent/notes");
            assertThat(mount.getRW()).isTrue();
        });
        assertThat(seen.getNetworkSettings()
                        .getPorts()
                        .getBindings()
                        .get(ExposedPort.tcp(8080))[0]
                        .getHostPortSpec())
                .isEqualTo("8080");

        sandbox.docker.stopContainerCmd(id).withTimeout(5).exec();
        InspectContainerResponse stopped = sandbox.inspect(id);
        assertThat(stopped.getState().getStatus()).isEqualTo("exited");
        assertThat(stopped.getState().getExitCodeLong()).isEqualTo(143);
        assertThatThrownBy(() -> sandbox.docker.stopContainerCmd(id).exec()).isInstanceOf(NotModifiedException.class);
        sandbox.docker.removeContainerCmd(id).withRemoveVolumes(true).exec();
        assertThat(sandbox.root().resolve("srv/persistent/notes/format")).exists();
    }

    @Test
    void aReleaseWithAFaultBecomesUnhealthy() throws Exception {
        sandbox.pull("2.1.0");
        String id = notes("2.1.0");
        sandbox.docker.startContainerCmd(id).exec();

        await().until(() -> sandbox.health(id).equals("healthy"));
        await().atMost(Duration.ofSeconds(30)).until(() -> sandbox.health(id).equals("unhealthy"));

        var health = sandbox.inspect(id).getState().getHealth();
        assertThat(health.getLog().get(health.getLog().size() - 1).getOutput()).contains("breaks down on purpose");
        assertThat(sandbox.docker.listContainersCmd().exec().get(0).getStatus()).endsWith("(unhealthy)");
    }

    @Test
    void aTakenPortLeavesTheContainerCreatedAndSaysWhich() throws Exception {
        sandbox.pull("1.1.0");
        start(sandbox.idle("first").withHostConfig(published()).exec().getId());
        String second =
                sandbox.idle("second").withHostConfig(published()).exec().getId();

        assertThatThrownBy(() -> start(second))
                .isInstanceOf(InternalServerErrorException.class)
                .hasMessageContaining("driver failed programming external connectivity on endpoint second")
                .hasMessageContaining("Bind for " + sandbox.address() + ":8080 failed: port is already allocated");

        assertThat(sandbox.inspect(second).getState().getStatus()).isEqualTo("created");
        assertThat(sandbox.inspect(second).getState().getError()).contains("port is already allocated");
    }

    @Test
    void aNameIsGivenOnce() throws Exception {
        sandbox.pull("1.1.0");
        String id = sandbox.idle("one").exec().getId();
        assertThatThrownBy(() -> sandbox.idle("one").exec())
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("The container name \\\"/one\\\" is already in use by container \\\"" + id);
        assertThatThrownBy(() -> sandbox.idle("not a name").exec()).isInstanceOf(BadRequestException.class);

        sandbox.docker.renameContainerCmd(id).withName("other").exec();

        assertThat(sandbox.idle("one").exec().getId()).isNotEqualTo(id);
        assertThat(sandbox.inspect("other").getId()).isEqualTo(id);
    }

    @Test
    void aRunningContainerIsRemovedByForceOnly() throws Exception {
        sandbox.pull("1.1.0");
        String id = start(sandbox.idle("one").exec().getId());
        assertThatThrownBy(() -> start(id)).isInstanceOf(NotModifiedException.class);
        assertThatThrownBy(() -> sandbox.docker.removeContainerCmd(id).exec())
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("container is running");

        sandbox.docker
                .removeContainerCmd(id)
                .withForce(true)
                .withRemoveVolumes(true)
                .exec();

        assertThatThrownBy(() -> sandbox.inspect(id)).isInstanceOf(NotFoundException.class);
        assertThat(sandbox.docker.listVolumesCmd().exec().getVolumes()).isEmpty();
    }

    @Test
    void aKilledProcessIsStartedAgainByItsRestartPolicy() throws Exception {
        sandbox.pull("1.1.0");
        HostConfig always = HostConfig.newHostConfig().withRestartPolicy(RestartPolicy.unlessStoppedRestart());
        String id = start(sandbox.idle("one").withHostConfig(always).exec().getId());
        long first = sandbox.inspect(id).getState().getPidLong();

        ProcessHandle.of(first).orElseThrow().destroyForcibly();

        await().until(() -> sandbox.inspect(id).getRestartCount() == 1
                && Boolean.TRUE.equals(sandbox.inspect(id).getState().getRunning())
                && sandbox.inspect(id).getState().getPidLong() > 0);
        assertThat(sandbox.inspect(id).getState().getPidLong()).isNotEqualTo(first);
        sandbox.docker.stopContainerCmd(id).exec();
        assertThat(sandbox.inspect(id).getState().getStatus()).isEqualTo("exited");
    }

    @Test
    void onFailureTriesAsOftenAsItWasTold() throws Exception {
        sandbox.pull("1.1.0");
        HostConfig twice = HostConfig.newHostConfig().withRestartPolicy(RestartPolicy.onFailureRestart(2));
        String id = start(
                sandbox.shell("one", "exit 7").withHostConfig(twice).exec().getId());

        int code = sandbox.docker
                .waitContainerCmd(id)
                .exec(new WaitContainerResultCallback())
                .awaitStatusCode();

        assertThat(code).isEqualTo(7);
        assertThat(sandbox.inspect(id).getRestartCount()).isEqualTo(2);
        assertThat(sandbox.inspect(id).getState().getStatus()).isEqualTo("exited");
    }

    @Test
    void containersGoOnWithoutTheEngineAndTheNextOneAdoptsThem() throws Exception {
        sandbox.pull("1.1.0");
        String id = notes("1.1.0");
        start(id);
        await().until(() -> sandbox.health(id).equals("healthy"));
        String ended = start(sandbox.shell("ended", "sleep 0.2; exit 5").exec().getId());
        Long pid = sandbox.inspect(id).getState().getPidLong();

        sandbox.loseEngine();
        await().until(() -> Files.exists(directory.resolve("docker/containers/" + ended + "/exit")));
        sandbox.startEngine();

        assertThat(sandbox.inspect(id).getState().getPidLong()).isEqualTo(pid);
        assertThat(sandbox.get("http://" + sandbox.address() + ":8080/health").statusCode())
                .isEqualTo(200);
        await().until(() -> sandbox.health(id).equals("healthy"));
        assertThat(sandbox.inspect(ended).getState().getExitCodeLong()).isEqualTo(5);
    }

    @Test
    void afterItsHostWasDownWhatHasARestartPolicyComesBack() throws Exception {
        sandbox.pull("1.1.0");
        HostConfig unlessStopped = HostConfig.newHostConfig().withRestartPolicy(RestartPolicy.unlessStoppedRestart());
        String running = start(
                sandbox.idle("running").withHostConfig(unlessStopped).exec().getId());
        String stopped = start(
                sandbox.idle("stopped").withHostConfig(unlessStopped).exec().getId());
        sandbox.docker.stopContainerCmd(stopped).exec();
        String plain = start(sandbox.idle("plain").exec().getId());

        sandbox.loseEngine();
        sandbox.host.kill();
        sandbox.host.start();
        sandbox.startEngine();

        assertThat(sandbox.inspect(running).getState().getRunning()).isTrue();
        assertThat(sandbox.inspect(stopped).getState().getRunning()).isFalse();
        assertThat(sandbox.inspect(plain).getState().getRunning()).isFalse();
    }

    @Test
    void logsKeepStreamsApartAndAreCutFollowedAndStamped() throws Exception {
        sandbox.pull("1.1.0");
        String id = start(
                sandbox.shell("one", "echo a; echo b >&2; echo c; until [ -e /tmp/go ]; do sleep 0.05; done; echo last")
                        .exec()
                        .getId());
        List<Frame> frames = new CopyOnWriteArrayList<>();
        var following = sandbox.docker
                .logContainerCmd(id)
                .withStdOut(true)
                .withStdErr(true)
                .withFollowStream(true)
                .exec(new LogContainerResultCallback() {
                    @Override
                    public void onNext(Frame frame) {
                        frames.add(frame);
                    }
                });
        await().until(() -> frames.size() == 3);
        Files.createFile(directory.resolve("docker/containers/" + id + "/root/tmp/go"));
        following.awaitCompletion();

        assertThat(sandbox.logs(id, true, false)).isEqualTo("a\nc\nlast\n");
        assertThat(sandbox.logs(id, false, true)).isEqualTo("b\n");
        assertThat(frames)
                .filteredOn(frame -> frame.getStreamType() == StreamType.STDOUT)
                .extracting(frame -> new String(frame.getPayload()))
                .containsExactly("a\n", "c\n", "last\n");
        List<String> tail = new ArrayList<>();
        sandbox.docker
                .logContainerCmd(id)
                .withStdOut(true)
                .withTail(1)
                .withTimestamps(true)
                .exec(new LogContainerResultCallback() {
                    @Override
                    public void onNext(Frame frame) {
                        tail.add(new String(frame.getPayload()));
                    }
                })
                .awaitCompletion();
        assertThat(tail).singleElement().asString().matches("\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z last\n");
    }

    @Test
    void aLineOfTwoMegabytesArrivesWhole() throws Exception {
        sandbox.pull("1.1.0");
        String id = start(sandbox.shell("one", "head -c 2000000 /dev/zero | tr '\\0' x; echo; echo done")
                .exec()
                .getId());
        sandbox.docker
                .waitContainerCmd(id)
                .exec(new WaitContainerResultCallback())
                .awaitStatusCode();

        assertThat(sandbox.logs(id, true, true)).hasSize(2_000_006).endsWith("x\ndone\n");
    }

    @Test
    void commandsRunInsideWithTheirInputAndExitCode() throws Exception {
        sandbox.pull("1.1.0");
        String id = start(sandbox.idle("one").withEnv("GREETING=hello").exec().getId());
        String exec = sandbox.docker
                .execCreateCmd(id)
                .withAttachStdin(true)
                .withAttachStdout(true)
                .withAttachStderr(true)
                .withCmd("/bin/sh", "-c", "read word; echo $GREETING $word; echo wrong >&2; exit 4")
                .exec()
                .getId();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();

        sandbox.docker
                .execStartCmd(exec)
                .withStdIn(new ByteArrayInputStream("world\n".getBytes()))
                .exec(new ExecStartResultCallback(out, err))
                .awaitCompletion();

        assertThat(out).hasToString("hello world\n");
        assertThat(err).hasToString("wrong\n");
        await().until(() -> Long.valueOf(4)
                .equals(sandbox.docker.inspectExecCmd(exec).exec().getExitCodeLong()));
        sandbox.docker.stopContainerCmd(id).exec();
        assertThatThrownBy(
                        () -> sandbox.docker.execCreateCmd(id).withCmd("true").exec())
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("is not running");
    }

    @Test
    void commandsWithoutInputAnswerInOneStream() throws Exception {
        sandbox.pull("1.1.0");
        String id = start(sandbox.idle("one").exec().getId());
        String exec = sandbox.docker
                .execCreateCmd(id)
                .withAttachStdout(true)
                .withCmd("hostname")
                .exec()
                .getId();
        List<String> lines = new CopyOnWriteArrayList<>();

        sandbox.docker
                .execStartCmd(exec)
                .exec(new ResultCallback.Adapter<Frame>() {
                    @Override
                    public void onNext(Frame frame) {
                        lines.add(new String(frame.getPayload()));
                    }
                })
                .awaitCompletion();

        assertThat(lines).containsExactly(id.substring(0, 12) + "\n");
    }

    @Test
    void bindMountsNeverLeadOutOfTheHost() throws Exception {
        sandbox.pull("1.1.0");
        Path outside = Files.createDirectory(directory.resolve("outside"));
        Files.writeString(outside.resolve("secret"), "secret");
        Path srv = sandbox.root().resolve("srv");
        Files.createSymbolicLink(srv.resolve("absolute"), outside);
        Files.createSymbolicLink(srv.resolve("relative"), Path.of("../../../outside"));
        for (String source : List.of("/srv/absolute", "/srv/relative", "/srv/../../../outside")) {
            String id = sandbox.shell("escape", "cat /mnt/here/secret")
                    .withHostConfig(HostConfig.newHostConfig().withBinds(Bind.parse(source + ":/mnt/here")))
                    .exec()
                    .getId();
            start(id);
            int code = sandbox.docker
                    .waitContainerCmd(id)
                    .exec(new WaitContainerResultCallback())
                    .awaitStatusCode();
            assertThat(code).as(source).isEqualTo(1);
            sandbox.docker.removeContainerCmd(id).exec();
        }
        assertThatThrownBy(() -> sandbox.idle("system")
                        .withHostConfig(HostConfig.newHostConfig().withBinds(Bind.parse("/usr/lib:/mnt/lib")))
                        .exec())
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("belongs to the system");
    }

    @Test
    void aReadOnlyVolumeCannotBeWrittenAndANamedOneIsShared() throws Exception {
        sandbox.pull("1.1.0");
        HostConfig writable = HostConfig.newHostConfig().withBinds(Bind.parse("shared:/mnt/shared"));
        HostConfig readable = HostConfig.newHostConfig().withBinds(Bind.parse("shared:/mnt/shared:ro"));
        String writer = start(sandbox.shell("writer", "echo here > /mnt/shared/file")
                .withHostConfig(writable)
                .exec()
                .getId());
        assertThat(code(writer)).isZero();
        String reader = start(sandbox.shell("reader", "cat /mnt/shared/file; echo x > /mnt/shared/file || exit 9")
                .withHostConfig(readable)
                .exec()
                .getId());
        assertThat(code(reader)).isEqualTo(9);
        assertThat(sandbox.logs(reader, true, false)).isEqualTo("here\n");
        assertThat(sandbox.docker.inspectVolumeCmd("shared").exec().getMountpoint())
                .isEqualTo("/var/lib/docker/volumes/shared/_data");
        assertThatThrownBy(() -> sandbox.docker.removeVolumeCmd("shared").exec())
                .isInstanceOf(ConflictException.class);
        sandbox.docker.removeContainerCmd(writer).exec();
        sandbox.docker.removeContainerCmd(reader).exec();
        sandbox.docker.removeVolumeCmd("shared").exec();
        assertThat(sandbox.root().resolve("var/lib/docker/volumes/shared")).doesNotExist();
    }

    @Test
    void filesAreCopiedInAndOut() throws Exception {
        sandbox.pull("1.1.0");
        String id = sandbox.idle("one").exec().getId();
        Path file = Files.writeString(directory.resolve("note.txt"), "carried");

        sandbox.docker
                .copyArchiveToContainerCmd(id)
                .withHostResource(file.toString())
                .withRemotePath("/data")
                .exec();

        try (TarArchiveInputStream tar = new TarArchiveInputStream(
                sandbox.docker.copyArchiveFromContainerCmd(id, "/data/note.txt").exec())) {
            assertThat(tar.getNextEntry().getName()).isEqualTo("note.txt");
            assertThat(new String(tar.readAllBytes())).isEqualTo("carried");
        }
        assertThatThrownBy(() -> sandbox.docker
                        .copyArchiveFromContainerCmd(id, "/nowhere")
                        .exec())
                .isInstanceOf(NotFoundException.class);
    }

    @Test
    void containersAreListedByNameLabelStatusAndImage() throws Exception {
        sandbox.pull("1.1.0");
        String one =
                start(sandbox.idle("one").withLabels(Map.of("team", "a")).exec().getId());
        String two = sandbox.idle("two").withLabels(Map.of("team", "b")).exec().getId();

        assertThat(sandbox.docker.listContainersCmd().exec())
                .extracting(Container::getId)
                .containsExactly(one);
        assertThat(sandbox.docker.listContainersCmd().withShowAll(true).exec())
                .extracting(Container::getId)
                .containsExactly(two, one);
        assertThat(sandbox.docker
                        .listContainersCmd()
                        .withShowAll(true)
                        .withLabelFilter(Map.of("team", "b"))
                        .exec())
                .extracting(Container::getId)
                .containsExactly(two);
        assertThat(sandbox.docker
                        .listContainersCmd()
                        .withStatusFilter(List.of("created"))
                        .exec())
                .extracting(Container::getId)
                .containsExactly(two);
        assertThat(sandbox.docker
                        .listContainersCmd()
                        .withShowAll(true)
                        .withNameFilter(List.of("^/one$"))
                        .exec())
                .extracting(Container::getState)
                .containsExactly("running");
        assertThat(sandbox.docker
                        .listContainersCmd()
                        .withAncestorFilter(List.of(EngineFixture.NOTES + ":1.1.0"))
                        .exec())
                .hasSize(1);
    }

    @Test
    void stopWaitsForTheProcessAndKillDoesNot() throws Exception {
        sandbox.pull("1.1.0");
        String polite = start(sandbox.idle("polite").exec().getId());
        String deaf = start(sandbox.shell("deaf", "trap '' TERM; while :; do sleep 1000; done")
                .exec()
                .getId());

        sandbox.docker.stopContainerCmd(polite).exec();
        sandbox.docker.killContainerCmd(deaf).exec();

        assertThat(sandbox.inspect(polite).getState().getExitCodeLong()).isEqualTo(3);
        assertThat(sandbox.inspect(deaf).getState().getExitCodeLong()).isEqualTo(137);
        sandbox.docker.restartContainerCmd(polite).exec();
        assertThat(sandbox.inspect(polite).getState().getRunning()).isTrue();
        sandbox.docker.killContainerCmd(polite).exec();
        assertThat(sandbox.inspect(polite).getState().getExitCodeLong()).isEqualTo(137);
        assertThatThrownBy(() -> sandbox.docker.killContainerCmd(deaf).exec()).isInstanceOf(ConflictException.class);
    }

    private String notes(String version) {
        return sandbox.docker
                .createContainerCmd(EngineFixture.NOTES + ":" + version)
                .withName("notes")
                .withLabels(Map.of("team", "platform"))
                .withHostConfig(HostConfig.newHostConfig()
                        .withBinds(Bind.parse("/srv/persistent/notes:/data"))
                        .withPortBindings(PortBinding.parse("8080:8080"), PortBinding.parse("8443:8443"))
                        .withRestartPolicy(RestartPolicy.unlessStoppedRestart())
                        .withMemory(268_435_456L)
                        .withNanoCPUs(500_000_000L))
                .exec()
                .getId();
    }

    private static HostConfig published() {
        return HostConfig.newHostConfig().withPortBindings(PortBinding.parse("8080:8080"));
    }

    private String start(String id) {
        sandbox.docker.startContainerCmd(id).exec();
        return id;
    }

    private int code(String id) {
        return sandbox.docker
                .waitContainerCmd(id)
                .exec(new WaitContainerResultCallback())
                .awaitStatusCode();
    }
}
