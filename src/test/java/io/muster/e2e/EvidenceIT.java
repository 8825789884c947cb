package io.muster.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.StreamSupport;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an auditor is given: the evidence of a run, verified by a program that knows nothing of Muster, and the audit trail. */
class EvidenceIT extends JourneyTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path VERIFY = Path.of("docs/examples/verify-evidence.py");

    /** One for all tests. */
    private static String run;

    @TempDir
    Path directory;

    @BeforeEach
    void updated() {
        if (run == null) {
            services.add("evident", 8314);
            runs.deployed("evident", "1.0.0");
            String update = new Lifecycle(api).started("service-update", "evident", Map.of("version", "1.1.0"));
            runs.decide(update, "approve-update", true, "Seen \"both\" plans, go: Zürich ✓.");
            runs.awaitState(update, "COMPLETED");
            run = update;
        }
    }

    @Test
    void theEvidenceOfARunIsWholeAndVerifiedOutside() throws Exception {
        byte[] zip = api.download("auditor", "/api/runs/" + run + "/evidence");
        Map<String, byte[]> files = unzipped(zip);
        JsonNode shown = JSON.readTree(files.get("run.json"));
        assertThat(shown).isEqualTo(api.get("operator", "/api/runs/" + run).json());
        assertThat(files)
                .containsKeys(
                        "README.md",
                        "manifest.json",
                        "approvals.json",
                        "answers.json",
                        "inventory.json",
                        "audit.jsonl",
                        "paths/" + run + ".json",
                        "SHA256SUMS");
        for (JsonNode step : shown.path("steps")) {
            if (step.has("id")) {
                String folder = "steps/" + step.path("id").asText() + "/";
                assertThat(files).containsKeys(folder + "input.json", folder + "log.txt");
                assertThat(new String(files.get(folder + "log.txt"), StandardCharsets.UTF_8))
                        .isEqualTo(api.get(
                                        "operator",
                                        "/api/runs/" + run + "/steps/"
                                                + step.path("id").asText() + "/log")
                                .body());
            }
        }
        assertThat(shown.path("called")).isNotEmpty();
        for (JsonNode called : shown.path("called")) {
            assertThat(files).containsKey("called/" + called.path("id").asText() + ".json");
        }
        assertThat(files.keySet()).anyMatch(name -> name.endsWith("/service-update.bpmn"));
        assertThat(files.keySet()).anyMatch(name -> name.matches("definitions/service-update-\\d+/forms/.*[.]html"));
        assertThat(files.keySet())
                .filteredOn(name -> name.startsWith("documents/"))
                .isNotEmpty();

        assertThat(verified(zip)).contains("run " + run).doesNotContain("WRONG").endsWith("\n0");
        assertThat(verified(zip, "--sha256", recorded("auditor", sha256(zip)))).endsWith("\n0");
        String anchored = verified(zip, "--anchors", lastAnchor("00".repeat(32)).toString());
        assertThat(anchored).contains("the chain was rewritten").endsWith("\n1");
    }

    /** The evidence of a called run is that of the outermost one, for the chain is there. */
    @Test
    void ofACalledRunItIsThatOfItsOutermostOne() throws Exception {
        String called = runs.run(run).at("/called/0/id").asText();
        Map<String, byte[]> files = unzipped(api.download("approver", "/api/runs/" + called + "/evidence"));
        assertThat(JSON.readTree(files.get("run.json")).path("id").asText()).isEqualTo(run);
        assertThat(api.get("auditor", "/api/runs/none/evidence").status()).isEqualTo(404);
        assertThat(api.get("author", "/api/runs/" + run + "/evidence").status()).isEqualTo(403);
        assertThat(api.getAsNobody("/api/runs/" + run + "/evidence").status()).isEqualTo(401);
    }

    /** Also of a run that goes on. */
    @Test
    void theEvidenceOfARunThatWaitsVerifiesToo() throws Exception {
        services.add("evident-waits", 8315);
        String waits = runs.started("evident-waits", "1.1.0");
        runs.awaitTask(waits, "approve-deployment");
        assertThat(verified(api.download("operator", "/api/runs/" + waits + "/evidence")))
                .doesNotContain("WRONG")
                .endsWith("\n0");
        runs.decide(waits, "approve-deployment", false, "Only looked at.");
        runs.awaitState(waits, "REJECTED");
        assertThat(verified(api.download("operator", "/api/runs/" + waits + "/evidence")))
                .doesNotContain("WRONG")
                .endsWith("\n0");
    }

    @Test
    void whateverIsChangedIsFound() throws Exception {
        byte[] zip = api.download("auditor", "/api/runs/" + run + "/evidence");
        Set<String> kinds = new HashSet<>();
        for (String name : unzipped(zip).keySet()) {
            if (!kinds.add(name.contains("/") ? name.substring(name.lastIndexOf('.')) : name)) {
                continue;
            }
            byte[] changed = changed(zip, name, content -> content + " ", false);
            assertThat(verified(changed)).as(name).contains("WRONG").endsWith("\n1");
        }
        // Who also writes the sums anew is found by the audit chain, and who forges that too by the recorded hash.
        byte[] renamed = changed(zip, "run.json", text -> text.replace("\"approver\"", "\"operator2\""), true);
        assertThat(verified(renamed))
                .contains("run.json does not show it as it was given")
                .endsWith("\n1");
        byte[] output = changed(
                zip,
                firstOf(zip, "/output.json"),
                text -> text.replaceFirst("\\{", "{\"forged\": 1, ").replace(", }", "}"),
                true);
        assertThat(verified(output))
                .contains("does not have the hash that the audit chain has")
                .endsWith("\n1");
        byte[] event = changed(zip, "audit.jsonl", text -> text.replace("\"approver\"", "\"operator2\""), true);
        assertThat(verified(event)).contains("(approval) was changed").endsWith("\n1");
        byte[] fewer =
                changed(zip, "audit.jsonl", text -> text.replaceFirst("(?m)^.*\"kind\":\"approval\".*\n", ""), true);
        assertThat(verified(fewer)).contains("is missing").endsWith("\n1");
        byte[] log = changed(zip, firstOf(zip, "/log.txt"), text -> text + "forged\n", true);
        assertThat(verified(log, "--sha256", sha256(zip)))
                .contains("not the file that Muster gave away")
                .endsWith("\n1");
    }

    @Test
    void theAuditTrailIsSearchedPagedAndVerified() {
        String query = "/api/audit?run=" + run;
        Api.Answer all = api.get("auditor", query + "&limit=500&verify=true");
        assertThat(all.status()).as(all.body()).isEqualTo(200);
        List<JsonNode> events = list(all.json());
        assertThat(all.header("X-Total-Count")).isEqualTo(String.valueOf(events.size()));
        assertThat(events).allMatch(event -> event.path("intact").asBoolean());
        assertThat(events)
                .isSortedAccordingTo(
                        (a, b) -> b.path("at").asText().compareTo(a.path("at").asText()));
        assertThat(list(api.get("admin", query + "&limit=2&offset=1").json()))
                .extracting(event -> event.path("seq"))
                .containsExactly(events.get(1).path("seq"), events.get(2).path("seq"));

        JsonNode approval = api.get("auditor", query + "&kind=approval&who=approver&service=evident")
                .json();
        assertThat(approval).hasSize(1);
        assertThat(approval.at("/0/body/comment").asText()).isEqualTo("Seen \"both\" plans, go: Zürich ✓.");
        assertThat(approval.at("/0/runbook").asText()).isEqualTo("service-update");
        String at = approval.at("/0/at").asText();
        assertThat(api.get("auditor", query + "&kind=approval&to=" + at).json()).isEmpty();
        assertThat(api.get("auditor", query + "&kind=approval&from=" + at).json())
                .hasSize(1);
        assertThat(api.get("auditor", query + "&who=operator2").json()).isEmpty();
        assertThat(api.get("auditor", query + "&service=notes").json()).isEmpty();
        assertThat(api.get("auditor", query + "&environment=sandbox&kind=run-started")
                        .json())
                .isNotEmpty();

        String called = runs.run(run).at("/called/0/id").asText();
        assertThat(list(api.get("auditor", "/api/audit?limit=500&run=" + called).json()))
                .isNotEmpty()
                .allMatch(event -> event.path("run").asText().equals(called)
                        && event.path("chain").asText().equals(run));
        JsonNode chain = api.get("auditor", "/api/audit/chains/" + run).json();
        assertThat(chain.path("intact").asBoolean()).as(chain.toString()).isTrue();
        assertThat(chain.path("events").asInt()).isGreaterThanOrEqualTo(events.size());
        assertThat(api.get("auditor", "/api/audit/chains?limit=500").json().findValuesAsText("id"))
                .contains(run)
                .doesNotContain(called);
        assertThat(api.get("auditor", "/api/audit/chains/" + called).status()).isEqualTo(404);
    }

    @Test
    void theAuditTrailIsForAuditorsAndAdmins() {
        for (String user : List.of("operator", "approver", "author")) {
            for (String path : List.of("/api/audit", "/api/audit/chains", "/api/audit/chains/" + run)) {
                Api.Answer answer = api.get(user, path);
                assertThat(answer.status()).as(user + path).isEqualTo(403);
                assertThat(answer.message()).contains(user + " may not read the audit trail", "auditors and admins");
            }
        }
        Api.Answer wrong = api.get("auditor", "/api/audit?kind=approvals&from=today&limit=0");
        assertThat(wrong.status()).isEqualTo(400);
        assertThat(wrong.message())
                .contains("'approvals' is no kind of event", "approval, ")
                .contains("'today' is no value for `from`")
                .contains("`limit` must be 1 to 500");
    }

    /** The names that scripts rely on, as the API gives them for a run that was approved and for its service. */
    @Test
    void publicNamesStay() {
        JsonNode shown = runs.run(run);
        assertThat(shown.fieldNames())
                .toIterable()
                .contains("id", "runbook", "version", "state", "outcome", "startedBy", "startedAt", "endedAt")
                .contains("approvals", "decisions", "documents", "steps");
        assertThat(shown.at("/approvals/0").fieldNames())
                .toIterable()
                .contains("task", "by", "at", "approved", "comment");
        JsonNode step = list(shown.path("steps")).stream()
                .filter(it -> it.path("state").asText().equals("SUCCEEDED"))
                .findFirst()
                .orElseThrow();
        assertThat(step.fieldNames())
                .toIterable()
                .contains("id", "activity", "title", "step", "target", "state", "attempt", "startedAt", "endedAt")
                .contains("durationMs", "input", "output");
        assertThat(runs.run(shown.at("/called/0/id").asText()).path("parent").asText())
                .isEqualTo(run);
        JsonNode service =
                api.get("operator", "/api/services?service=evident").json().get(0);
        assertThat(service.fieldNames())
                .toIterable()
                .contains("id", "environment", "class", "container", "version", "digest", "state", "healthUrl")
                .contains("lastBackup", "lastProvenRecovery", "dueAt", "rto", "rpo");
        assertThat(service.path("rto").fieldNames()).toIterable().contains("target", "measured");
        for (String path : List.of("/api/runs", "/api/drills", "/api/steps", "/api/audit", "/v3/api-docs")) {
            assertThat(api.get("auditor", path).status()).as(path).isEqualTo(200);
        }
        assertThat(api.getAsNobody("/actuator/health").status()).isEqualTo(200);
    }

    private String recorded(String user, String sha256) {
        JsonNode exports = api.get("auditor", "/api/audit?kind=evidence-exported&run=" + run)
                .json();
        assertThat(list(exports))
                .anyMatch(event -> event.path("who").asText().equals(user)
                        && event.at("/body/sha256").asText().equals(sha256));
        return sha256;
    }

    private Path lastAnchor(String hash) {
        Path anchors = directory.resolve("audit-heads.log");
        try {
            return Files.writeString(anchors, "2026-01-31T09:00:00Z " + run + " 2 " + hash + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<JsonNode> list(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).toList();
    }

    private static String firstOf(byte[] zip, String end) {
        return unzipped(zip).keySet().stream()
                .filter(name -> name.endsWith(end))
                .findFirst()
                .orElseThrow();
    }

    /** @param sums whether the sums are made anew, as a forger would */
    private static byte[] changed(byte[] zip, String name, UnaryOperator<String> change, boolean sums) {
        Map<String, byte[]> files = unzipped(zip);
        String text = new String(files.get(name), StandardCharsets.UTF_8);
        assertThat(change.apply(text)).isNotEqualTo(text);
        files.put(name, change.apply(text).getBytes(StandardCharsets.UTF_8));
        if (sums) {
            StringBuilder made = new StringBuilder();
            files.keySet().stream()
                    .filter(file -> !file.equals("SHA256SUMS"))
                    .forEach(file -> made.append(sha256(files.get(file)) + "  " + file + "\n"));
            files.put("SHA256SUMS", made.toString().getBytes(StandardCharsets.UTF_8));
        }
        return zipped(files);
    }

    /** The output of the documentation's program, and its status in the last line. */
    private String verified(byte[] zip, String... arguments) throws Exception {
        Path file = Files.write(directory.resolve("evidence.zip"), zip);
        List<String> command = new ArrayList<>(List.of("python3", VERIFY.toString(), file.toString()));
        command.addAll(List.of(arguments));
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            assumeTrue(false, "python3 is not installed: " + e.getMessage());
            return "";
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return output.stripTrailing() + "\n" + process.waitFor();
    }

    private static Map<String, byte[]> unzipped(byte[] zip) {
        Map<String, byte[]> files = new LinkedHashMap<>();
        try (ZipInputStream input = new ZipInputStream(new ByteArrayInputStream(zip))) {
            for (ZipEntry entry = input.getNextEntry(); entry != null; entry = input.getNextEntry()) {
                files.put(entry.getName(), input.readAllBytes());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }

    private static byte[] zipped(Map<String, byte[]> files) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream output = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                output.putNextEntry(new ZipEntry(file.getKey()));
                output.write(file.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
