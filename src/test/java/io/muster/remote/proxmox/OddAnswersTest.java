package io.muster.remote.proxmox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.muster.inventory.Inventory;
import io.muster.inventory.SecretRef;
import io.muster.inventory.Secrets;
import io.muster.remote.HttpNetwork;
import io.muster.remote.RawServer;
import io.muster.remote.http.HttpWire;
import io.muster.step.StepFailure;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a small server of the test's own answers, and a clock that is turned while a task is waited for. */
class OddAnswersTest {
    private static final String UPID = "UPID:other:00000001:00000001:00000001:vzdump:103:muster@pve!runbooks:";
    private static final String TASK = "GET /api2/json/nodes/other/tasks/"
            + "UPID%3Aother%3A00000001%3A00000001%3A00000001%3Avzdump%3A103%3Amuster%40pve%21runbooks%3A";
    private static final Duration HOUR = Duration.ofHours(1);

    @TempDir
    Path directory;

    private final List<String> log = new ArrayList<>();
    private final TurnedClock clock = new TurnedClock();
    private HttpNetwork network;
    private HttpProxmoxNodes nodes;

    @BeforeEach
    void begin() {
        network = new HttpNetwork(directory);
        network.secrets.put("proxmox-token", "s3cret");
        nodes = new HttpProxmoxNodes(
                network.get(HttpWire.class), network.get(Secrets.class), clock, duration -> clock.turn(duration));
    }

    @AfterEach
    void end() {
        network.close();
    }

    @ParameterizedTest
    @CsvSource({
        "'595 Connection refused', HostUnreachable, HostUnreachable",
        "'503 Service Unavailable', HostUnreachable, HostUnreachable",
        "'596 Connection timed out', HostUnreachable, OutcomeUnknown",
        "'504 Gateway Timeout', HostUnreachable, OutcomeUnknown",
        "'401 No ticket', AuthenticationFailed, AuthenticationFailed",
        "'403 Permission check failed', PermissionDenied, PermissionDenied",
        "'500 can''t lock file /run/lock/lxc/pve-config-103.lock - got timeout', Conflict, Conflict",
        "'500 got timeout', ProxmoxError, ProxmoxError",
        "'500 unable to shrink disk size', ProxmoxError, ProxmoxError",
        "'501 Unexpected content', ProxmoxError, ProxmoxError"
    })
    void anEmptyBodyLeavesTheReasonPhraseToSayIt(String line, String reading, String changing) throws Exception {
        try (RawServer server = RawServer.answering(line, "")) {
            StepFailure get = failure(() -> nodes.get(network.environment(), node(server), "/version", Map.of()));
            StepFailure post =
                    failure(() -> nodes.send(network.environment(), node(server), "POST", "/x", Map.of("a", "b c")));

            assertThat(get.reason()).isEqualTo(reading);
            assertThat(post.reason()).isEqualTo(changing);
            assertThat(get).hasMessageContaining(line.substring(4));
            assertThat(server.requests.get(0)).contains("Authorization: PVEAPIToken=muster@pve!runbooks=s3cret\r\n");
            assertThat(server.requests.get(1))
                    .contains("Content-Type: application/x-www-form-urlencoded\r\n")
                    .endsWith("\r\n\r\na=b+c");
        }
    }

    /** What timed out waiting for another call's lock is over with that call: there is nothing to unlock. */
    @ParameterizedTest
    @CsvSource({
        "'500 can''t lock file /run/lock/lxc/pve-config-103.lock - got timeout', false",
        "'500 cfs-lock storage-nfs error: got lock request timeout', false",
        "'504 Gateway Timeout', false",
        "'596 Connection timed out', false",
        "'500 got timeout', false",
        "'500 CT is locked (backup)', true"
    })
    void onlyOfALockThatIsHeldItSaysHowToRemoveAStaleOne(String line, boolean locked) throws Exception {
        try (RawServer server = RawServer.answering(line, "")) {
            StepFailure failure =
                    failure(() -> nodes.send(network.environment(), node(server), "POST", "/x", Map.of("a", "b c")));
            assertThat(failure.getMessage().contains("pct unlock"))
                    .as(failure.getMessage())
                    .isEqualTo(locked);
        }
    }

    @Test
    void aProxysPageIsNoAnswerOfProxmox() throws Exception {
        try (RawServer server = RawServer.answering("200 OK", "<html>Welcome</html>")) {
            assertThat(failure(() -> nodes.get(network.environment(), node(server), "/version", Map.of()))
                            .reason())
                    .isEqualTo("ProxmoxError");
            assertThat(failure(() -> nodes.delete(network.environment(), node(server), "/x", Map.of()))
                            .reason())
                    .isEqualTo("OutcomeUnknown");
        }
    }

    @Test
    void theLostAnswerOfAReadIsConnectionLostAndMayBeRetried() throws Exception {
        try (RawServer server = new RawServer((request, out) -> {})) {
            StepFailure failure = failure(() -> nodes.get(network.environment(), node(server), "/version", Map.of()));

            assertThat(failure).isInstanceOf(StepFailure.Transient.class);
            assertThat(failure.reason()).isEqualTo("ConnectionLost");
        }
    }

    @Test
    void aTaskIsAskedForAtItsOwnNodeAndItsLogReadPageByPage() throws Exception {
        Deque<String> statuses = new ArrayDeque<>(List.of("running", "running", "stopped"));
        List<String> lines =
                IntStream.rangeClosed(1, 1203).mapToObj(n -> "line " + n).toList();
        try (RawServer server = new RawServer((request, out) -> {
            if (request.startsWith(TASK + "/status ")) {
                out.write(status(statuses.poll(), "WARNINGS: 2"));
            } else {
                int from = Integer.parseInt(request.replaceAll("(?s).*[?&]start=(\\d+).*", "$1"));
                int known = statuses.size() == 2 ? 700 : lines.size();
                out.write(page(lines.subList(Math.min(from, known), Math.min(from + 500, known)), from));
            }
        })) {
            assertThat(follow(server)).isEqualTo("WARNINGS: 2");
            assertThat(log).isEqualTo(lines);
        }
    }

    @Test
    void anEmptyLogIsNoLine() throws Exception {
        try (RawServer server = new RawServer((request, out) -> out.write(
                request.startsWith(TASK + "/status ") ? status("stopped", "OK") : page(List.of("no content"), 0)))) {
            assertThat(follow(server)).isEqualTo("OK");
            assertThat(log).isEmpty();
        }
    }

    @Test
    void aServerThatIsAwayMeanwhileIsAskedAgain() throws Exception {
        Deque<byte[]> answers = new ArrayDeque<>(List.of(
                RawServer.whole("595 No route to host", ""),
                new byte[0],
                RawServer.whole("503 Service Unavailable", ""),
                status("stopped", "OK"),
                page(List.of("done"), 0)));
        try (RawServer server = new RawServer((request, out) -> out.write(answers.poll()))) {
            assertThat(follow(server)).isEqualTo("OK");
            assertThat(log).hasSize(2);
            assertThat(log.get(0)).startsWith("The node does not answer, the task goes on meanwhile: ");
            assertThat(log.get(1)).isEqualTo("done");
        }
    }

    @Test
    void aServerThatStaysAwayIsTimedOutAndTheTaskSaidToGoOn() throws Exception {
        try (RawServer server = RawServer.answering("595 No route to host", "")) {
            StepFailure failure = failure(() -> follow(server));

            assertThat(failure)
                    .isInstanceOf(StepFailure.Fatal.class)
                    .hasMessageContaining("did not end within PT1H and goes on there")
                    .hasMessageContaining("No route to host");
            assertThat(failure.reason()).isEqualTo("TimedOut");
        }
    }

    @Test
    void aTokenThatEndsMeanwhileEndsTheFollowingAndSaysThatTheTaskGoesOn() throws Exception {
        try (RawServer server = RawServer.answering("401 Authentication failed!", "")) {
            StepFailure failure = failure(() -> follow(server));

            assertThat(failure.reason()).isEqualTo("AuthenticationFailed");
            assertThat(failure)
                    .hasMessageContaining("can be followed no longer")
                    .hasMessageContaining("goes on");
        }
    }

    @Test
    void aTaskWithAnyOtherExitStatusHasFailed() throws Exception {
        for (String exit : List.of("job errors", "unexpected status", "ok", "WARNINGS", "interrupted by signal")) {
            try (RawServer server = new RawServer((request, out) -> out.write(
                    request.startsWith(TASK + "/status ") ? status("stopped", exit) : page(List.of("x"), 0)))) {
                assertThat(failure(() -> follow(server)).reason()).isEqualTo("TaskFailed");
            }
        }
    }

    @Test
    void aTaskThatMeetsALockIsTriedAgain() throws Exception {
        String exit = "CT is locked (backup)";
        try (RawServer server = new RawServer((request, out) -> out.write(
                request.startsWith(TASK + "/status ")
                        ? status("stopped", exit)
                        : page(List.of("TASK ERROR: " + exit), 0)))) {
            StepFailure failure = failure(() -> follow(server));

            assertThat(failure).isInstanceOf(StepFailure.Transient.class);
            assertThat(failure.reason()).isEqualTo("Conflict");
            assertThat(failure).hasMessageContaining(exit).hasMessageContaining("Wait for what holds the lock");
        }
    }

    /** A rollback, for one, has stopped the container by then, and a clone has copied its volumes. */
    @Test
    void aTaskThatMeetsAnotherLockInItsMidstHasFailed() throws Exception {
        for (String exit : List.of(
                "can't lock file '/run/lock/lxc/pve-config-101.lock' - got timeout",
                "cfs-lock 'storage-nfs' error: got lock request timeout",
                "unable to remove snapshot: CT is locked (backup)",
                "dataset is locked")) {
            try (RawServer server = new RawServer((request, out) -> out.write(
                    request.startsWith(TASK + "/status ") ? status("stopped", exit) : page(List.of("x"), 0)))) {
                StepFailure failure = failure(() -> follow(server));

                assertThat(failure).isInstanceOf(StepFailure.Fatal.class);
                assertThat(failure.reason()).isEqualTo("TaskFailed");
                assertThat(failure).hasMessageContaining(exit).hasMessageNotContaining("did nothing");
            }
        }
    }

    @Test
    void anInterruptedWaitEndsAndLeavesTheTaskToItself() throws Exception {
        try (RawServer server = new RawServer((request, out) ->
                out.write(request.startsWith(TASK + "/status ") ? status("running", "") : page(List.of(), 0)))) {
            nodes = new HttpProxmoxNodes(network.get(HttpWire.class), network.get(Secrets.class), clock, duration -> {
                throw new InterruptedException();
            });
            StepFailure failure = failure(() -> follow(server));

            assertThat(Thread.interrupted()).isTrue();
            assertThat(failure.reason()).isEqualTo("Cancelled");
            assertThat(failure).hasMessageContaining("goes on there");
        }
    }

    private String follow(RawServer server) {
        return nodes.follow(network.environment(), node(server), UPID, log::add, HOUR, () -> false);
    }

    private static byte[] status(String status, String exit) {
        return RawServer.whole(
                "200 OK",
                status.equals("stopped")
                        ? "{\"data\":{\"status\":\"stopped\",\"exitstatus\":\"" + exit + "\"}}"
                        : "{\"data\":{\"status\":\"" + status + "\"}}");
    }

    private static byte[] page(List<String> lines, int from) {
        String data = IntStream.range(0, lines.size())
                .mapToObj(i -> "{\"n\":" + (from + i + 1) + ",\"t\":\"" + lines.get(i) + "\"}")
                .collect(Collectors.joining(","));
        return RawServer.whole("200 OK", "{\"data\":[" + data + "],\"total\":" + (from + lines.size()) + "}");
    }

    private static Inventory.Node node(RawServer server) {
        return new Inventory.Node(
                "proxima", server.url(), "proxima", "muster@pve!runbooks", new SecretRef("proxmox-token"), List.of());
    }

    private static StepFailure failure(ThrowingCallable call) {
        return catchThrowableOfType(StepFailure.class, call);
    }

    /** Stands still until it is turned. */
    private static final class TurnedClock extends Clock {
        private Instant now = Instant.parse("2026-01-01T00:00:00Z");

        void turn(Duration by) {
            now = now.plus(by);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
