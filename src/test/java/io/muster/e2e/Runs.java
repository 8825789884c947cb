package io.muster.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/** Deployments by the public API. */
final class Runs {

    /** Generous: builds share machines. */
    static final Duration PATIENCE = Duration.ofMinutes(4);

    private static final String START = "/engine-rest/process-definition/key/service-deployment/start";

    private final Api api;
    private final String environment;

    Runs(Api api) {
        this(api, "sandbox");
    }

    Runs(Api api, String environment) {
        this.api = api;
        this.environment = environment;
    }

    Api.Answer start(Map<String, String> variables) {
        return api.post("operator", START, Map.of("variables", values(variables)));
    }

    /** @return the run's id */
    String started(String service, String version) {
        Api.Answer answer =
                start(Map.of("environment", environment, "service", service, "version", version, "reason", "a test"));
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json().path("id").asText();
    }

    /** Starts a deployment and has it approved as soon as it asks. */
    String approved(String service, String version) {
        String run = started(service, version);
        decide(run, "approve-deployment", true, "");
        return run;
    }

    String deployed(String service, String version) {
        String run = approved(service, version);
        JsonNode ended = awaitState(run, "COMPLETED");
        assertThat(ended.path("outcome").asText()).isEqualTo("service-deployed");
        return run;
    }

    void decide(String run, String task, boolean approved, String comment) {
        Api.Answer answer =
                complete("approver", awaitTask(run, task), Map.of("approved", approved, "comment", comment));
        assertThat(answer.status()).as(answer.body()).isEqualTo(204);
    }

    Api.Answer complete(String user, String task, Map<String, ?> variables) {
        return api.post(user, "/engine-rest/task/" + task + "/complete", Map.of("variables", values(variables)));
    }

    /** @return the task's id */
    String awaitTask(String run, String task) {
        JsonNode waiting = awaitState(run, "WAITING");
        assertThat(waiting.at("/tasks/0/task").asText()).isEqualTo(task);
        return waiting.at("/tasks/0/id").asText();
    }

    /** Waits for the state; fails at once when the run ends or stops in another one. */
    JsonNode awaitState(String run, String state) {
        JsonNode settled = await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(250))
                .until(
                        () -> run(run),
                        found -> !found.path("state").asText().equals("RUNNING") && !justDecided(found, state));
        assertThat(settled.path("state").asText()).as(settled.toPrettyString()).isEqualTo(state);
        return settled;
    }

    /** A completed task stays to be seen until the engine has committed what follows it. */
    private static boolean justDecided(JsonNode run, String state) {
        return run.path("state").asText().equals("WAITING")
                && !state.equals("WAITING")
                && run.path("tasks").isEmpty();
    }

    JsonNode run(String run) {
        Api.Answer answer = api.get("operator", "/api/runs/" + run);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json();
    }

    /** The last attempt of a step. */
    JsonNode step(String run, String activity) {
        return steps(run).stream()
                .filter(step -> step.path("activity").asText().equals(activity))
                .reduce((first, second) -> second)
                .orElseThrow(() -> new AssertionError("Run " + run + " has no step " + activity));
    }

    List<JsonNode> steps(String run) {
        return StreamSupport.stream(run(run).path("steps").spliterator(), false).toList();
    }

    private static Map<String, Object> values(Map<String, ?> variables) {
        Map<String, Object> values = new LinkedHashMap<>();
        variables.forEach((name, value) -> values.put(name, Map.of("value", value)));
        return values;
    }
}
