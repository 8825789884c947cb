package io.muster.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.StreamSupport;
import org.springframework.util.FileSystemUtils;

/** A run whose servers die, beside which something else happens while there is none; its tasks are answered as they come. */
final class KilledRun {

    /** What somebody else does while no server runs. */
    enum Trouble {
        NONE,
        OTHER_CONTAINER,
        SAME_CONTAINER,
        BACKUP_GONE,
        BACKUP_CHANGED,
        OTHER_VOLUME
    }

    private static final int MOST_KILLS = 3;
    private static final Duration PATIENCE = Duration.ofMinutes(6);
    private static final Map<String, Map<String, Object>> ANSWERS = Map.of(
            "review-implementation",
            Map.of(
                    "reviewNoManualSteps", true,
                    "reviewReadme", true,
                    "reviewSecrets", true,
                    "reviewDependencies", true,
                    "reviewPorts", true,
                    "reviewComment", "Read the service's README."),
            "decide-next-steps",
            Map.of("removeTestData", true, "nextStepsComment", "Monitoring is there already."),
            "decide-late-approval",
            Map.of("newBackup", false),
            "clean-up-manually",
            Map.of("cleanupNote", "Removed it by hand."));

    private final RecoverySite site;
    private final KilledServers muster;
    private final String service;
    private final String backup;
    private final Trouble trouble;
    private final Random random;
    private final int most;
    private final List<String> happened = new ArrayList<>();
    private final String image;
    private String run;
    private JsonNode now;
    private int deaths;
    /** Between what somebody did and what undid it. */
    private boolean troubled;

    private boolean approvedSince;
    private String made;
    private FileTime written;

    /** @param most calls of the journal after which a server dies at the latest */
    KilledRun(
            RecoverySite site,
            KilledServers muster,
            String service,
            String backup,
            Trouble trouble,
            Random random,
            int most) {
        this.site = site;
        this.muster = muster;
        this.service = service;
        this.backup = backup;
        this.trouble = trouble;
        this.random = random;
        this.most = most;
        this.image = site.containers().contains(service) ? site.image(service) : "";
    }

    String id() {
        return run;
    }

    JsonNode last() {
        return now;
    }

    String outcome() {
        return now.path("outcome").asText();
    }

    /** What was recorded as gone, each time that it was. */
    List<String> removed() {
        return site.removed(run);
    }

    String said() {
        return now.path("runbook").asText() + " " + run + " of " + service + " beside " + trouble + ": "
                + String.join(", ", happened) + ", " + now.path("state").asText() + " " + outcome();
    }

    void toItsEnd(String runbook, Map<String, ?> input) throws Exception {
        run = muster.started(runbook, service, input);
        now = muster.runs().run(run);
        threaten();
        while (!ended()) {
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(100)).until(this::settled);
            if (!muster.alive()) {
                died();
            } else if (state().equals("FAILED")) {
                decide();
            } else if (state().equals("WAITING")) {
                now.path("tasks").forEach(this::answer);
            }
        }
        muster.liveOn();
        evidence();
        restoreOrder();
    }

    private void threaten() throws IOException {
        if (most > 0 && deaths < MOST_KILLS) {
            muster.die(1 + random.nextInt(most), random.nextInt(3) == 0 ? 0 : random.nextInt(300));
        }
    }

    private String state() {
        return now.path("state").asText();
    }

    private boolean ended() {
        return !now.path("endedAt").isNull() && !now.path("endedAt").isMissingNode();
    }

    private boolean settled() {
        if (!muster.alive()) {
            return true;
        }
        try {
            now = muster.runs().run(run);
        } catch (RuntimeException | AssertionError dying) {
            return !muster.alive();
        }
        return ended() || state().equals("FAILED") || !now.path("tasks").isEmpty();
    }

    private void died() throws Exception {
        deaths++;
        happened.add("killed in " + stepAtWork());
        if (!troubled && trouble != Trouble.NONE && made == null) {
            happen();
        }
        muster.begin();
        threaten();
    }

    /** As it was seen last. */
    private String stepAtWork() {
        return StreamSupport.stream(now.path("steps").spliterator(), false)
                .filter(step -> !step.path("state").asText().equals("NOT_RUN"))
                .map(step -> step.path("activity").asText())
                .reduce((first, second) -> second)
                .orElse("nothing");
    }

    private Path data() {
        return site.backup(service, backup).resolve("data.tar");
    }

    private Path aside() {
        return site.backup(service, backup).resolveSibling("aside-" + backup);
    }

    private void happen() throws IOException {
        troubled = true;
        approvedSince = false;
        made = "done";
        happened.add(trouble.toString());
        switch (trouble) {
            case OTHER_CONTAINER, SAME_CONTAINER -> made =
                    site.madeByHand(service, image, trouble == Trouble.SAME_CONTAINER);
            case BACKUP_GONE -> Files.move(data(), aside());
            case BACKUP_CHANGED -> {
                written = Files.getLastModifiedTime(data());
                flip();
            }
            case OTHER_VOLUME -> {
                FileSystemUtils.deleteRecursively(site.volume(service));
                Files.writeString(Files.createDirectories(site.volume(service)).resolve("theirs"), "of somebody else");
            }
            default -> throw new IllegalStateException();
        }
    }

    /** One byte, and back. */
    private void flip() throws IOException {
        byte[] bytes = Files.readAllBytes(data());
        bytes[bytes.length / 2] ^= 1;
        Files.write(data(), bytes);
        if (!troubled) {
            Files.setLastModifiedTime(data(), written);
        }
    }

    /** What somebody else made is there, unless its removal was approved since. */
    private void untouched() {
        if (!troubled || approvedSince) {
            return;
        }
        if (trouble == Trouble.OTHER_CONTAINER || trouble == Trouble.SAME_CONTAINER) {
            assertThat(site.identity(service)).as(said()).startsWith(made);
        } else if (trouble == Trouble.OTHER_VOLUME) {
            assertThat(site.volume(service).resolve("theirs")).as(said()).exists();
        }
    }

    private void restoreOrder() throws IOException {
        untouched();
        if (!troubled) {
            return;
        }
        troubled = false;
        switch (trouble) {
            case OTHER_CONTAINER, SAME_CONTAINER -> {
                if (site.containers().contains(service)) {
                    site.removeContainer(made);
                }
            }
            case BACKUP_GONE -> Files.move(aside(), data());
            case BACKUP_CHANGED -> flip();
            default -> FileSystemUtils.deleteRecursively(site.volume(service));
        }
    }

    /** A step failed, for what somebody did, or since its servers died too often. */
    private void decide() throws IOException {
        String message = now.at("/problems/0/message").asText();
        boolean worn = message.contains("died") && deaths == MOST_KILLS;
        assertThat(troubled || worn)
                .as(said() + ": " + now.path("problems").toPrettyString())
                .isTrue();
        happened.add("failed (" + message.substring(0, Math.min(140, message.length())) + ")");
        restoreOrder();
        complete("operator", now.at("/tasks/0/id").asText(), Map.of("decision", "retry", "reason", "Mended."));
    }

    private void answer(JsonNode task) {
        String name = task.path("task").asText();
        boolean approval = name.startsWith("approve-");
        Map<String, Object> values =
                approval ? Map.of("approved", true, "comment", "Go.") : ANSWERS.getOrDefault(name, Map.of());
        assertThat(approval || !values.isEmpty())
                .as(said() + ": unforeseen task " + name)
                .isTrue();
        happened.add(name);
        if (name.equals("decide-late-approval") || name.equals("clean-up-manually")) {
            assertThat(troubled).as(said()).isTrue();
            try {
                restoreOrder();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        // The approval may be kept although the server dies in it.
        approvedSince |= approval;
        complete(approval ? "approver" : "operator", task.path("id").asText(), values);
    }

    private void complete(String user, String task, Map<String, ?> values) {
        try {
            Api.Answer answer = muster.runs().complete(user, task, values);
            assertThat(answer.status()).as(said() + ": " + answer.body()).isEqualTo(204);
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).until(() -> !muster.alive() || !open(task));
        } catch (RuntimeException | AssertionError dying) {
            await().atMost(Duration.ofSeconds(10)).until(() -> !muster.alive());
        }
    }

    private boolean open(String task) {
        try {
            return muster.runs().run(run).path("tasks").findValuesAsText("id").contains(task);
        } catch (RuntimeException | AssertionError dying) {
            return muster.alive();
        }
    }

    /** Its chain is whole; where nobody else did anything, each step was done by one attempt, once. */
    private void evidence() {
        assertThat(site.problems(run)).as(said()).isEmpty();
        if (trouble != Trouble.NONE || happened.stream().anyMatch(it -> it.startsWith("failed"))) {
            return;
        }
        Map<String, Integer> jobs = new HashMap<>();
        for (JsonNode step : now.path("steps")) {
            if (!step.path("state").asText().equals("NOT_RUN")) {
                assertThat(step.path("state").asText()).as(said() + ": " + step).isEqualTo("SUCCEEDED");
                assertThat(step.path("attempt").asInt())
                        .as(said() + ": " + step)
                        .isOne();
                jobs.merge(step.path("job").asText(step.toString()), 1, Integer::sum);
            }
        }
        assertThat(jobs.values()).as(said()).isNotEmpty().allMatch(times -> times == 1);
    }
}
