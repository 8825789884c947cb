package io.muster.steps.backup;

import static io.muster.steps.SandboxBench.HOST;
import static io.muster.steps.SandboxBench.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.muster.inventory.DataItem;
import io.muster.inventory.Inventory;
import io.muster.inventory.Vzdump;
import io.muster.remote.ProxmoxNodes;
import io.muster.step.CleanedUp;
import io.muster.step.Reason;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.step.TestContext;
import io.muster.steps.SandboxBench;
import io.muster.steps.docker.DockerInspect;
import io.muster.steps.docker.DockerPull;
import io.muster.steps.docker.DockerRun;
import io.muster.steps.docker.ImageResolve;
import io.muster.steps.proxmox.LxcStop;
import io.muster.steps.ssh.SshCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A service whose data is its LXC container: put back as a whole, taken back, cancelled, with the node's and the archive's bad days. */
class WholeContainerRestoreTest {

    private static final String DATA = "/srv/persistent/notes/one.txt";

    @TempDir
    Path directory;

    private SandboxBench on;
    private String backup;
    private final List<StepContext.Effect> recorded = new ArrayList<>();

    @BeforeEach
    void aServiceThatWroteSinceItsBackup() throws IOException {
        on = new SandboxBench(directory);
        on.bench.services.compute("notes", (name, service) -> Plans.with(service, Plans.of(container())));
        List<String> others = on.bench.services.values().stream()
                .filter(service -> service.container().equals(HOST))
                .map(Inventory.Service::name)
                .filter(name -> !name.equals("notes"))
                .toList();
        others.forEach(on.bench.services::remove);
        String image = on.bench
                .run(
                        ImageResolve.class,
                        with("image", on.bench.services.get("notes").image(), "tag", "1.1.0"))
                .reference();
        on.bench.run(DockerPull.class, with("host", HOST, "image", image));
        on.file(HOST, DATA, "kept");
        on.bench.run(
                DockerRun.class,
                with(
                        "host", HOST,
                        "name", "notes",
                        "image", image,
                        "restart", "always",
                        "volumes", "/srv/persistent/notes:/data"));
        PlanBackup.Output planned = on.bench.run(PlanBackup.class, with("service", "notes"));
        backup = planned.backup();
        Map<String, String> input = with("service", "notes", "backup", backup, "takenAt", planned.takenAt());
        on.bench.run(TakeBackup.class, input);
        on.bench.run(SealBackup.class, input);
        on.file(HOST, DATA, "newer");
    }

    @AfterEach
    void end() {
        on.close();
    }

    private static DataItem container() {
        return new DataItem(
                "container",
                DataItem.VZDUMP,
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(new Vzdump("local", "snapshot", "zstd", true)));
    }

    private String content() throws IOException {
        return Files.readString(on.inside(HOST, DATA));
    }

    private Map<String, String> input(String... more) {
        Map<String, String> input = with("service", "notes", "backup", backup);
        input.putAll(with(more));
        return input;
    }

    private PlanRestore.Output plan() {
        return on.bench.run(PlanRestore.class, input());
    }

    private void stage() {
        TestContext context = on.bench.context();
        on.bench.run(StageRestore.class, context, input());
        remember(context);
    }

    private void swap(PlanRestore.Output plan) {
        TestContext context = on.bench.context();
        on.bench.run(SwapRestore.class, context, input("approved", String.join("\n", plan.replaced())));
        remember(context);
    }

    private void undo() {
        on.bench.run(UndoRestore.class, input());
    }

    private void remember(TestContext context) {
        context.effects().stream()
                .map(line -> new StepContext.Effect(
                        line.substring(0, line.lastIndexOf(' ')),
                        line.substring(line.lastIndexOf(' ') + 1),
                        Optional.empty()))
                .forEach(recorded::add);
    }

    private CleanedUp cancelled() {
        TestContext context = on.bench.context().about("notes").resuming(recorded.toArray(StepContext.Effect[]::new));
        return on.bench.get(UndoRestore.class).cleanUp(context);
    }

    private Inventory.Lxc lxc() {
        return on.bench.hosts.get(HOST).lxc().orElseThrow();
    }

    private JsonNode get(String path, Map<String, String> query) {
        Inventory.Node node = on.bench.nodes.get(lxc().node());
        return on.bench
                .get(ProxmoxNodes.class)
                .get(on.bench.environment(), node, "/nodes/" + node.node() + path, query);
    }

    private int containers() {
        return get("/lxc", Map.of()).size();
    }

    private List<String> kept() {
        return get("/storage/local/content", Map.of("content", "backup")).findValuesAsText("notes");
    }

    private String status() {
        return on.bench
                .run(DockerInspect.class, with("host", HOST, "name", "notes"))
                .status();
    }

    /** Its boot takes real time, and the step's clock is turned. */
    private void answers() {
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .ignoreExceptionsInstanceOf(StepFailure.class)
                .until(
                        () -> on.bench
                                .run(SshCommand.class, with("host", HOST, "command", "true"))
                                .exitStatus(),
                        status -> status == 0);
    }

    private Path archive() throws IOException {
        try (var files = Files.walk(directory)) {
            return files.filter(file -> file.getFileName().toString().matches("vzdump-lxc-.*tar\\.zst"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private void isAsBefore() throws IOException {
        assertThat(content()).isEqualTo("newer");
        assertThat(kept()).hasSize(1);
        assertThat(get("/lxc/" + lxc().vmid() + "/config", Map.of())
                        .path("tags")
                        .asText())
                .doesNotContain("muster");
    }

    @Test
    void itIsPutBackAndComesBackAndIsFinished() throws IOException {
        PlanRestore.Output plan = plan();
        assertThat(plan.replaces()).isTrue();
        assertThat(plan.wholeContainer()).isTrue();
        assertThat(plan.hostRuns()).isTrue();
        assertThat(plan.replaced())
                .singleElement()
                .asString()
                .startsWith("container (vzdump): LXC container " + lxc().vmid() + " (" + HOST + ") on node ")
                .contains("all of it");
        int containers = containers();

        stage();
        assertThat(containers()).isEqualTo(containers);
        assertThat(recorded).anyMatch(effect -> effect.kind().equals("lxc restore test"));
        assertThat(content()).isEqualTo("newer");

        swap(plan);
        swap(plan);
        assertThat(content()).isEqualTo("kept");
        assertThat(kept()).hasSize(2);

        undo();
        isAsBefore();
        undo();
        isAsBefore();

        swap(plan);
        Map<String, String> finish = input("beganAt", "2026-01-01T00:00:00Z", "seenWell", "true");
        on.bench.run(FinishRestore.class, finish);
        assertThat(on.bench.run(FinishRestore.class, finish).summary()).contains("the service was seen well with it");
        assertThat(content()).isEqualTo("kept");
        assertThat(kept())
                .containsExactly("[muster " + on.bench.environment().name() + "/notes/" + backup + "/container]");
    }

    /** A node that restores over a container destroys that before it reads: so it has read the archive before. */
    @Test
    void anArchiveThatCannotBeReadIsFoundOutBeforeAnythingIsTouched() throws IOException {
        byte[] whole = Files.readAllBytes(archive());
        byte[] broken = Arrays.copyOf(whole, whole.length);
        Arrays.fill(broken, whole.length / 2, whole.length, (byte) 0);
        Files.write(archive(), broken);
        int containers = containers();

        StepFailure failure = catchThrowableOfType(StepFailure.class, this::stage);

        assertThat(failure).isNotNull();
        undo();
        assertThat(containers()).isEqualTo(containers);
        isAsBefore();
        assertThat(status()).isEqualTo("running");
    }

    @Test
    void whateverElseRunsInTheContainerIsNamedAndNotReplacedUnderItsFeet() throws IOException {
        on.bench.services.put("other", renamed(on.bench.services.get("notes"), "other"));
        assertThat(plan().replaced()).singleElement().asString().contains("in it are also service other");

        String image = on.bench
                .run(DockerInspect.class, with("host", HOST, "name", "notes"))
                .image();
        on.bench.run(DockerRun.class, with("host", HOST, "name", "other", "image", image));
        StepFailure failure = catchThrowableOfType(StepFailure.class, this::stage);
        assertThat(failure.reason()).isEqualTo(BackupFailure.IN_USE);
        assertThat(failure).hasMessageContaining("there also run service other");
        isAsBefore();
    }

    private static Inventory.Service renamed(Inventory.Service service, String name) {
        return new Inventory.Service(
                name,
                service.description(),
                service.image(),
                service.containerClass(),
                service.container(),
                List.of(),
                List.of(),
                service.env(),
                service.secretEnv(),
                service.limits(),
                service.restart(),
                service.health(),
                service.healthCheck(),
                service.metrics(),
                service.dependencies(),
                service.labels(),
                service.recovery(),
                service.promotion(),
                service.qualification());
    }

    @Test
    void oneThatDoesNotRunIsReplacedWithoutAnyoneAskingItsHost() throws IOException {
        on.bench.run(LxcStop.class, with("host", HOST));
        PlanRestore.Output plan = plan();
        assertThat(plan.replaces()).isTrue();
        assertThat(plan.hostRuns()).isFalse();
        stage();
        swap(plan);
        assertThat(content()).isEqualTo("kept");
        answers();
    }

    @Test
    void whatNobodyApprovedIsNotReplaced() throws IOException {
        stage();
        StepFailure failure = catchThrowableOfType(
                StepFailure.class, () -> on.bench.run(SwapRestore.class, input("approved", "data (files): x")));
        assertThat(failure.reason()).isEqualTo(Reason.CONFLICT);
        isAsBefore();
        assertThat(status()).isEqualTo("running");
    }

    @Test
    void cancelledItIsAsItWasUnlessTheRestoredOneIsInPlace() throws IOException {
        assertThat(cancelled().summary()).contains("Nothing had been staged");
        PlanRestore.Output plan = plan();
        stage();
        assertThat(cancelled().running()).isTrue();
        isAsBefore();

        swap(plan);
        StepFailure asks = catchThrowableOfType(StepFailure.class, this::cancelled);
        assertThat(asks.reason()).isEqualTo(BackupFailure.IN_USE);
        assertThat(asks).hasMessageContaining("`before-" + Streams.tag(on.bench.context()) + "` in its notes");
        assertThat(content()).isEqualTo("kept");

        undo();
        isAsBefore();
    }
}
