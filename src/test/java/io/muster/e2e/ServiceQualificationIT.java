package io.muster.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** All nine steps of a qualification in the sandbox, by the public API alone: people's tasks are answered by REST. */
class ServiceQualificationIT extends JourneyTest {

    private static final String SERVICE = "qualified";
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    /** A service like `notes`, with its plan, its scripts and what is expected of it, on ports and a volume of its own. */
    private void add(String more) throws IOException {
        String inventory = Files.readString(sandbox.inventory());
        int begin = inventory.indexOf("      notes:\n");
        String block = inventory.substring(begin, inventory.indexOf("        promotion:", begin));
        services.add(
                SERVICE,
                block.replace("      notes:\n", "      " + SERVICE + ":\n" + more)
                        .replace("/srv/persistent/notes", "/srv/persistent/" + SERVICE)
                        .replace("8080:8080", "8131:8080")
                        .replace("8443:8443", "8463:8443")
                        .replace(".1.3:8080", ".1.3:8131")
                        .replace("https://notes.sandbox.test:8443", "https://experimental-01.sandbox.test:8463"));
    }

    /** An Ansible project on a host of the sandbox, which sees the programs of this machine. */
    private void automate() throws IOException {
        Path project = on(EXPERIMENTAL, "/srv/ansible");
        write(project, "ansible.cfg", "[defaults]\nroles_path = roles\n");
        write(
                project,
                "inventory/hosts.yml",
                "all:\n  hosts:\n    here: {ansible_connection: local, ansible_python_interpreter: /usr/bin/python3}\n");
        write(
                project,
                "playbooks/deploy.yml",
                "- hosts: all\n  gather_facts: false\n  roles:\n    - role: qualified_api\n");
        write(project, "roles/qualified_api/defaults/main.yml", "greeting: hello\n");
        write(project, "roles/qualified_api/handlers/main.yml", "---\n");
        write(project, "roles/qualified_api/README.md", "# qualified_api\n");
        write(project, "roles/qualified_api/templates/motd.j2", "{{ greeting }}\n");
        write(
                project,
                "roles/qualified_api/tasks/main.yml",
                "- name: Greet\n  ansible.builtin.template: {src: motd.j2, dest: /etc/qualified-motd, mode: '0644'}\n");
        String inventory = Files.readString(sandbox.inventory());
        if (!inventory.contains("    control: ")) {
            Files.writeString(
                    sandbox.inventory(),
                    inventory.replaceFirst(
                            "(?m)^    nodes:",
                            "    control: {host: " + EXPERIMENTAL + ", directory: /srv/ansible}\n    nodes:"));
        }
    }

    private Path on(String host, String path) {
        return sandbox.host(host).jail().root().resolve(path.substring(1));
    }

    private static void write(Path project, String name, String text) throws IOException {
        Path file = project.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

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
            Map.of("removeTestData", true, "nextStepsComment", "Monitoring is there already."));

    /** Answers every task as it comes: approvals by the approver, the rest by the operator. @return tasks in their order */
    private List<String> answered(String run, String until) {
        List<String> tasks = new ArrayList<>();
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(250)).until(() -> {
            JsonNode now = runs.run(run);
            assertThat(now.path("state").asText())
                    .as(now.path("problems").toPrettyString())
                    .isNotEqualTo("FAILED");
            for (JsonNode task : now.path("tasks")) {
                String name = task.path("task").asText();
                if (name.equals(until)) {
                    return true;
                }
                answer(name, task.path("id").asText());
                tasks.add(name);
            }
            return !now.path("endedAt").isNull() && !now.path("endedAt").isMissingNode();
        });
        return tasks;
    }

    private void answer(String name, String id) {
        boolean approval = name.startsWith("approve-");
        Map<String, Object> values =
                approval ? Map.of("approved", true, "comment", "Go.") : ANSWERS.getOrDefault(name, Map.of());
        assertThat(approval || !values.isEmpty()).as("unforeseen task " + name).isTrue();
        Api.Answer answer = runs.complete(approval ? "approver" : "operator", id, values);
        assertThat(answer.status()).as(name + ": " + answer.body()).isEqualTo(204);
    }

    private String started() {
        return new Lifecycle(api).started("service-qualification", SERVICE, Map.of("version", "1.1.0"));
    }

    private static Map<String, JsonNode> byName(JsonNode list) {
        Map<String, JsonNode> found = new HashMap<>();
        list.forEach(entry -> found.put(entry.path("name").asText(), entry));
        return found;
    }

    @Test
    void aServiceIsDestroyedAndBroughtBackWithItsDataComparedAndItsRecoveryMeasured() throws IOException {
        boolean ansible = Files.isExecutable(Path.of("/usr/bin/ansible-playbook"));
        if (ansible) {
            automate();
        }
        add(
                ansible
                        ? "        automation: {role: qualified_api, playbook: playbooks/deploy.yml, inventory: inventory/hosts.yml}\n"
                        : "");
        String run = started();
        List<String> tasks = answered(run, "none");
        JsonNode ended = runs.run(run);
        assertThat(ended.path("outcome").asText()).isEqualTo("service-production-ready");
        assertThat(tasks)
                .containsSubsequence(
                        "approve-deployment",
                        "review-implementation",
                        "approve-recreation",
                        "approve-deployment",
                        "approve-wipe",
                        "approve-deployment",
                        "decide-next-steps");

        JsonNode drill = api.get("auditor", "/api/drills/" + run).json();
        assertThat(drill.path("state").asText()).isEqualTo("PASSED");
        assertThat(StreamSupport.stream(drill.path("criteria").spliterator(), false)
                        .map(criterion -> criterion.path("phase").asInt())
                        .distinct())
                .containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9);
        assertThat(StreamSupport.stream(drill.path("criteria").spliterator(), false)
                        .filter(criterion -> criterion.path("result").asText().equals("FAILED")))
                .isEmpty();
        automatedBy(ansible, byName(drill.path("criteria")));
        Map<String, JsonNode> measures = byName(drill.path("measures"));
        assertThat(measures)
                .containsKeys(
                        "deployment-time",
                        "idempotency",
                        "external-success",
                        "backup-size",
                        "backup-time",
                        "restore-size",
                        "restore-time",
                        "rto",
                        "rto-machine",
                        "rto-people",
                        "rpo");
        assertThat(measures.get("idempotency").path("value").asInt()).isZero();
        assertThat(measures.get("external-success").path("value").asInt()).isEqualTo(100);
        assertThat(measures.get("backup-size").path("value").asLong()).isGreaterThan(1 << 20);
        long rto = measures.get("rto").path("value").asLong();
        assertThat(rto).isPositive();
        assertThat(measures.get("rto-machine").path("value").asLong()
                        + measures.get("rto-people").path("value").asLong())
                .isEqualTo(rto);

        assertThat(document(ended, "completion-interim.md")).contains("not decided yet whether it is removed");
        String report = document(ended, "completion.md");
        assertThat(report)
                .contains("| Image, as resolved | ", "@sha256:")
                .containsPattern("\\| Test data \\| populated at \\S+ \\S+ UTC, removed at ")
                .contains("No manual steps were required = yes; There is a README with usage examples = yes")
                .contains("| README with usage examples | met | operator | ")
                .containsPattern("\\*\\*Decide next steps\\*\\*: answered by operator .*Remove the test data = yes")
                .contains("- adr.md\n", "- container-mapping.md\n")
                .contains("Service status: **PRODUCTION READY**")
                .contains("Step 9: Service restored and verified – passed")
                .contains("165 records")
                .contains("RTO, from the wipe to verified")
                .containsPattern(
                        "\\*\\*Approve wipe\\*\\* \\(in qualification-wipe › service-wipe\\): approved by approver at \\S+ \\S+ UTC: Go\\.")
                .containsPattern(
                        "\\*\\*Review implementation\\*\\* \\(in qualification-implement\\): answered by operator at .*Read the service's README")
                .contains("| Backup report created, with the test data that is in it | met |")
                .doesNotContain("proves no recovery");
        assertThat(document(ended, "wipe.md"))
                .contains("complete: container and data", "Ready for restoration | YES", "| Version | 1.1.0 |")
                .containsPattern("\\*\\*Approve wipe\\*\\*: approved by approver at \\S+ \\S+ UTC: Go\\.");
        assertThat(document(ended, "Baseline backup of", "backup-report.md"))
                .contains("## Test data included", "all 165 records are in it");
        JsonNode service = services();
        assertThat(service.path("lastProvenRecovery").asText()).isNotEmpty();
        assertThat(service.path("productionReadySince").asText()).isNotEmpty();
        assertThat(service.path("dueAt").asText()).isNotEmpty();
        assertThat(service.path("overdue").asBoolean()).isFalse();
        assertThat(service.at("/rto/measured").asText()).startsWith("PT");
        assertThat(service.path("trend")).hasSize(1);
        assertThat(api.get("auditor", "/api/drills?service=" + SERVICE + "&state=PASSED")
                        .json())
                .hasSize(1);
        assertThat(api.getAsNobody("/api/drills").status()).isEqualTo(401);
        assertThat(api.get("operator", "/api/drills?limit=0").status()).isEqualTo(400);
    }

    /** Where there is no Ansible, nobody claims that there was a role. */
    private static void automatedBy(boolean ansible, Map<String, JsonNode> criteria) {
        for (String name : List.of("role", "ansible", "ansible-idempotent")) {
            assertThat(criteria.get(name).path("result").asText())
                    .as(name + ": " + criteria.get(name))
                    .isEqualTo(ansible ? "PASSED" : "NOT_ASKED");
        }
        if (ansible) {
            assertThat(criteria.get("ansible-idempotent").path("evidence").asText())
                    .contains("playbooks/deploy.yml on experimental-01 ran without a failure: 1 host, 0 changed");
        } else {
            assertThat(criteria.get("role").path("evidence").asText()).contains("service-deployment deploys it");
        }
    }

    /** Several runbooks of a run keep one of this name. */
    private String document(JsonNode run, String title, String name) {
        return StreamSupport.stream(run.path("documents").spliterator(), false)
                .filter(document -> document.path("name").asText().equals(name))
                .map(document ->
                        api.get("auditor", document.path("url").asText()).body())
                .filter(text -> text.startsWith("# " + title))
                .findFirst()
                .orElseThrow(() -> new AssertionError("No " + name + " of title " + title));
    }

    private String document(JsonNode run, String name) {
        for (JsonNode document : run.path("documents")) {
            if (document.path("name").asText().equals(name)) {
                return api.get("auditor", document.path("url").asText()).body();
            }
        }
        throw new AssertionError("No document " + name + ": " + run.path("documents"));
    }

    private JsonNode services() {
        for (JsonNode service : api.get("operator", "/api/services").json()) {
            if (service.path("id").asText().equals(SERVICE)) {
                return service;
            }
        }
        throw new AssertionError("No service " + SERVICE);
    }
}
