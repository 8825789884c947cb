package io.muster.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;

/** One server of Muster after the other, of which each may be told when to die. */
final class KilledServers {

    private final RecoverySite site;
    private final Path strike;
    private MusterProcess muster;
    private int kills;

    /** @param strike a file by which a server is told */
    KilledServers(RecoverySite site, Path strike) throws IOException {
        this.site = site;
        this.strike = strike;
        begin();
    }

    /** The next one, in place of one that died. */
    void begin() throws IOException {
        if (muster != null) {
            kills++;
        }
        Files.deleteIfExists(strike);
        muster = site.server("told:" + strike, "server");
    }

    /** Dies so long after so many calls of the journal, in whatever the server does then. */
    void die(int calls, long milliseconds) throws IOException {
        Path said = strike.resolveSibling("said");
        Files.writeString(said, calls + " " + milliseconds);
        Files.move(said, strike, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Whatever was said; where it has died meanwhile, the next one begins. */
    void liveOn() throws IOException {
        die(0, 0);
        await().atMost(Duration.ofMinutes(1)).until(() -> !Files.exists(strike) || !muster.alive());
        if (!muster.alive()) {
            begin();
        }
    }

    int kills() {
        return kills;
    }

    boolean alive() {
        return muster.alive();
    }

    Runs runs() {
        return new Runs(muster.api());
    }

    String started(String runbook, String service, Map<String, ?> input) {
        return new Lifecycle(muster.api()).started(runbook, service, input);
    }

    JsonNode drill(String run) {
        Api.Answer answer = muster.api().get("auditor", "/api/drills/" + run);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json();
    }

    /** The newest of that name. */
    String document(JsonNode run, String name) {
        String found = "";
        for (JsonNode document : run.path("documents")) {
            if (document.path("name").asText().equals(name)) {
                found = muster.api()
                        .get("auditor", document.path("url").asText())
                        .body();
            }
        }
        return found;
    }

    void close() throws InterruptedException {
        muster.kill();
    }
}
