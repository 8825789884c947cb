package io.muster.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Compares the rows of a root run with what its audit chain says of them. */
final class EvidenceCheck {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String STEPS =
            """
            select 'step run ' || id as name, jsonb_strip_nulls(jsonb_build_object(
                'job', job_id, 'attempt', attempt, 'activity', activity_id, 'title', title, 'step', step, 'target', target,
                'inputSha256', encode(sha256(convert_to(input::text, 'UTF8')), 'hex'),
                'outputSha256', encode(sha256(convert_to(output::text, 'UTF8')), 'hex'),
                'state', nullif(state, 'OPEN'),
                'kind', failure_kind, 'reason', failure_reason, 'message', failure_message)) as facts
            from step_run where run_id in (select id from run where root_id = ?)
            """;

    private static final String DOCUMENTS =
            """
            select 'document ' || d.name || ' of step run ' || s.id as name, jsonb_build_object(
                'mediaType', d.media_type,
                'contentSha256', encode(sha256(convert_to(d.content, 'UTF8')), 'hex')) as facts
            from document d join step_run s on s.id = d.step_run_id
            where d.run_id in (select id from run where root_id = ?)
            """;

    private static final String APPROVALS =
            """
            select 'approval ' || a.task_id as name, jsonb_build_object(
                'by', a.by, 'task', a.task, 'approved', a.approved, 'comment', a.comment, 'self', a.self) as facts
            from approval a join run r on r.id = a.run_id where r.root_id = ?
            """;

    private static final String DECISIONS =
            """
            select 'decision ' || task_id as name, jsonb_strip_nulls(jsonb_build_object(
                'job', job_id, 'activity', activity_id, 'step', step, 'stepRun', step_run_id, 'reason', reason,
                'message', message, 'owners', owners, 'skippable', skippable, 'choice', choice, 'by', by, 'why', why))
                || case when input is null then '{}' else jsonb_build_object('input', input) end as facts
            from decision where root_run_id = ?
            """;

    private static final String RUNS =
            """
            select 'run ' || id as name, jsonb_strip_nulls(jsonb_build_object(
                'by', coalesce(started_by, 'timer'), 'parent', parent_id, 'runbook', runbook, 'version', version,
                'definition', definition_id, 'diagramSha256', diagram_hash, 'environment', environment, 'service', service,
                'targetVersion', target_version, 'reason', reason, 'state', end_state, 'outcome', outcome)) as facts
            from run where root_id = ?
            """;

    private final JournalDatabase database;
    private final String rootRunId;
    private final Map<String, Map<String, JsonNode>> said = new TreeMap<>();

    EvidenceCheck(JournalDatabase database, String rootRunId, List<AuditEvent> events) {
        this.database = database;
        this.rootRunId = rootRunId;
        events.forEach(this::read);
    }

    private void read(AuditEvent event) {
        JsonNode body = parsed(event.body());
        switch (event.kind()) {
            case "step-opened", "step-closed", "step-skipped" -> say(
                    "step run " + body.path("stepRun").asText(), body, "stepRun", "run");
            case "document-kept" -> say(
                    "document " + body.path("name").asText() + " of step run "
                            + body.path("stepRun").asText(),
                    body,
                    "stepRun",
                    "run",
                    "name");
            case "approval" -> {
                String name = "approval " + body.path("taskId").asText();
                say(name, body, "taskId", "run");
                said.get(name).put("by", JSON.getNodeFactory().textNode(event.actor()));
            }
            case "run-started" -> {
                String name = "run " + body.path("run").asText();
                say(name, body, "run");
                said.get(name).put("by", JSON.getNodeFactory().textNode(event.actor()));
            }
            case "decision-asked", "decision-taken" -> say(
                    "decision " + body.path("taskId").asText(), body, "taskId", "run");
            case "run-ended" -> say("run " + body.path("run").asText(), body, "run");
            default -> {
                // Other kinds state what no row repeats.
            }
        }
    }

    private void say(String name, JsonNode body, String... identity) {
        Map<String, JsonNode> facts = said.computeIfAbsent(name, n -> new HashMap<>());
        body.properties().forEach(e -> facts.put(e.getKey(), e.getValue()));
        List.of(identity).forEach(facts::remove);
    }

    List<String> problems() {
        Map<String, Map<String, JsonNode>> found = new TreeMap<>();
        for (String sql : List.of(RUNS, STEPS, DOCUMENTS, APPROVALS, DECISIONS)) {
            database.query(sql, (row, n) -> Map.entry(row.getString("name"), parsed(row.getString("facts"))), rootRunId)
                    .forEach(row -> found.put(row.getKey(), fields(row.getValue())));
        }
        List<String> problems = new ArrayList<>();
        said.forEach((name, facts) ->
                difference(name, facts, Optional.ofNullable(found.remove(name))).ifPresent(problems::add));
        found.keySet().forEach(name -> problems.add("The " + name + " is not in the audit chain"));
        return problems;
    }

    private static Optional<String> difference(
            String name, Map<String, JsonNode> said, Optional<Map<String, JsonNode>> found) {
        if (found.isEmpty()) {
            return Optional.of("The " + name + " is in the audit chain but gone from the journal");
        }
        List<String> fields = new ArrayList<>(new TreeMap<>(said).keySet());
        found.get().keySet().stream().filter(field -> !said.containsKey(field)).forEach(fields::add);
        fields.removeIf(field ->
                said.containsKey(field) && said.get(field).equals(found.get().get(field)));
        return fields.isEmpty()
                ? Optional.empty()
                : Optional.of("The " + name + " was changed: " + String.join(", ", fields)
                        + " differ from what the audit chain says");
    }

    private static Map<String, JsonNode> fields(JsonNode node) {
        Map<String, JsonNode> result = new HashMap<>();
        node.properties().forEach(e -> result.put(e.getKey(), e.getValue()));
        return result;
    }

    /** A body that is not JSON any more was changed; its hash says so, and nothing can be compared. */
    private static JsonNode parsed(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            return JSON.createObjectNode();
        }
    }
}
