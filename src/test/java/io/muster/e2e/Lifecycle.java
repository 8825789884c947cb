package io.muster.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runbooks of a service's life by the public API, and its data as its users have it. */
final class Lifecycle {

    private final Api api;
    private final String environment;

    Lifecycle(Api api) {
        this(api, "sandbox");
    }

    Lifecycle(Api api, String environment) {
        this.api = api;
        this.environment = environment;
    }

    Api.Answer start(String runbook, Map<String, ?> variables) {
        Map<String, Object> values = new LinkedHashMap<>();
        variables.forEach((name, value) -> values.put(name, Map.of("value", value)));
        return api.post(
                "operator", "/engine-rest/process-definition/key/" + runbook + "/start", Map.of("variables", values));
    }

    /** @return the run's id */
    String started(String runbook, String service, Map<String, ?> more) {
        Map<String, Object> variables = new LinkedHashMap<>(more);
        variables.put("environment", environment);
        variables.put("service", service);
        variables.put("reason", "a test");
        Api.Answer answer = start(runbook, variables);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json().path("id").asText();
    }

    void cancel(String run) {
        Api.Answer answer = api.delete("operator", "/engine-rest/process-instance/" + run);
        assertThat(answer.status()).as(answer.body()).isEqualTo(204);
    }

    /** Writes a note as a user of the service does. */
    void note(String base, String title) {
        Api.Answer answer = api.postAsNobody(base + "/notes", Map.of("title", title, "tags", List.of("kept")));
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
    }

    String version(String base) {
        return api.getAsNobody(base + "/health").json().path("version").asText();
    }

    List<String> titles(String base) {
        return api.getAsNobody(base + "/notes").json().findValuesAsText("title");
    }
}
