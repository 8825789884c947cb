package io.muster.steps;

import static io.muster.steps.SandboxBench.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.inventory.Facilities;
import io.muster.inventory.Inventory;
import io.muster.inventory.InventoryReader;
import io.muster.inventory.Vantage;
import io.muster.remote.HttpProbe;
import io.muster.step.Reason;
import io.muster.step.RunFacts;
import io.muster.step.TestContext;
import io.muster.steps.docker.DockerPull;
import io.muster.steps.docker.DockerRun;
import io.muster.steps.docker.ImageResolve;
import io.muster.steps.external.ExternalNotAsked;
import io.muster.steps.external.ExternalOutput;
import io.muster.steps.external.ExternalPlan;
import io.muster.steps.external.ExternalRecord;
import io.muster.steps.external.ExternalVerify;
import io.muster.steps.testdata.TestDataCompare;
import io.muster.steps.testdata.TestDataKeep;
import io.muster.steps.testdata.TestDataPopulate;
import io.muster.steps.testdata.TestDataRemove;
import io.muster.steps.testdata.TestDataVerify;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sandbox's service seen from its host outside, and its test data. */
class SandboxOutsideTest {

    @TempDir
    static Path directory;

    private static SandboxBench sandbox;
    private static Inventory.Environment environment;

    @BeforeAll
    static void begin() throws IOException {
        sandbox = new SandboxBench(directory);
        environment = sandbox.bench.environment();
        Inventory.Service notes = environment.services().get("notes");
        Map<String, Object> input = new HashMap<>();
        input.put("host", notes.container());
        input.put("name", "notes");
        String image = sandbox.bench
                .run(ImageResolve.class, with("image", notes.image(), "tag", "1.1.0"))
                .reference();
        sandbox.bench.run(DockerPull.class, with("host", notes.container(), "image", image));
        input.put("image", image);
        input.put("volumes", "/srv/persistent/notes:/data");
        input.put("ports", "8080:8080\n8443:8443");
        sandbox.bench.run(DockerRun.class, input);
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .ignoreExceptions()
                .until(() -> sandbox.bench
                                .get(HttpProbe.class)
                                .send(
                                        environment,
                                        new HttpProbe.Request(
                                                "GET",
                                                "https://notes.sandbox.test:8443/health",
                                                Map.of(),
                                                Optional.empty()),
                                        Duration.ofSeconds(5),
                                        1000)
                                .status()
                        == 200);
    }

    @BeforeEach
    void everythingIsAsTheInventoryHasIt() {
        sandbox.bench.use(environment);
    }

    @AfterAll
    static void end() {
        sandbox.close();
    }

    private static ExternalOutput looked(String within) {
        return sandbox.bench.run(ExternalVerify.class, with("service", "notes", "within", within));
    }

    /** As if the inventory expected this. */
    private static void expecting(String url, int status, String value, int days) throws IOException {
        Path file = sandbox.sandbox.inventory();
        String known =
                "https://notes.sandbox.test:8443/health\n          json-path: $.status\n          json-value: UP";
        String text = Files.readString(file);
        assertThat(text).contains(known);
        Path other = file.resolveSibling("other-inventory.yaml");
        Files.writeString(
                other,
                text.replace(
                        known,
                        url + "\n          status: " + status
                                + "\n          json-path: $.status\n          json-value: " + value
                                + "\n          certificate-days: " + days));
        sandbox.bench.use(InventoryReader.withoutSecrets()
                .read(other)
                .environment("sandbox")
                .orElseThrow());
    }

    private static Map<String, String> results(ExternalOutput output) {
        Map<String, String> results = new HashMap<>();
        output.findings().forEach(line -> results.put(line.split(" \\| ")[0], line.split(" \\| ")[2]));
        return results;
    }

    @Test
    void aServiceIsSeenFromOutsideByNameCertificateAndAnswer() {
        ExternalOutput output = looked("PT0S");
        assertThat(output.summary()).isEqualTo("8 of 8 criteria are met from outside-01");
        assertThat(output.percent()).isEqualTo(100.0);
        assertThat(output.findings()).anyMatch(line -> line.startsWith("dns | ") && line.contains(".1.3"));
        assertThat(sandbox.bench
                        .run(ExternalPlan.class, with("service", "notes"))
                        .vantage())
                .isEqualTo("outside-01");
    }

    @Test
    void eachThingThatIsWrongFailsItsOwnCriterion() throws IOException {
        expecting("https://notes.sandbox.test:8443/health", 204, "UP", 14);
        assertThat(results(looked("PT0S")))
                .containsEntry("responds", "false")
                .containsEntry("https", "true")
                .containsEntry("certificate", "true");
        expecting("https://notes.sandbox.test:8443/health", 200, "DOWN", 3650);
        Map<String, String> results = results(looked("PT0S"));
        assertThat(results).containsEntry("responds", "false").containsEntry("certificate-days", "false");
        assertThat(results).containsEntry("available", "false");

        expecting("https://core-01.sandbox.test:8443/health", 200, "UP", 1);
        assertThat(results(looked("PT0S")))
                .containsEntry("dns", "true")
                .containsEntry("https", "false")
                .containsEntry("not-admin-network", "false");
        expecting("https://nowhere.sandbox.test:8443/health", 200, "UP", 1);
        assertThat(results(looked("PT0S"))).doesNotContainValue("true");
        expecting("http://notes.sandbox.test:8080/health", 200, "UP", 1);
        ExternalOutput plain = looked("PT0S");
        assertThat(results(plain))
                .as(plain.toString())
                .containsEntry("https", "false")
                .containsEntry("responds", "true");
    }

    @Test
    void aCertificateThatNobodyTrustsIsSeen() {
        sandbox.bench.trust = List.of();
        Map<String, String> results = results(looked("PT0S"));
        assertThat(results)
                .containsEntry("certificate", "false")
                .containsEntry("certificate-name", "true")
                .containsEntry("https", "false");
    }

    @Test
    void oneOfSeveralResolversThatDoesNotAnswerIsSeen() {
        Vantage vantage = environment.facilities().vantage().orElseThrow();
        sandbox.bench.facilities = new Facilities(
                Optional.empty(),
                Optional.of(
                        new Vantage(vantage.host(), List.of(vantage.resolvers().get(0), "127.0.0.9:5999"))),
                Optional.empty(),
                false);
        ExternalOutput output = looked("PT0S");
        assertThat(results(output)).containsEntry("dns", "false").containsEntry("https", "true");
        assertThat(output.summary()).contains("127.0.0.9:5999 does not");
    }

    @Test
    void whereThereIsNoVantageAPersonLooksAndWhatWasNotSaidIsNotMet() {
        sandbox.bench.facilities = Facilities.NONE;
        assertThat(sandbox.bench
                        .run(ExternalPlan.class, with("service", "notes"))
                        .machine())
                .isFalse();
        assertThat(sandbox.bench
                        .failure(ExternalVerify.class, with("service", "notes"))
                        .reason())
                .isEqualTo(Reason.NOT_IN_INVENTORY);
        TestContext context = sandbox.bench.context();
        ExternalOutput output = sandbox.bench.run(
                ExternalRecord.class,
                context,
                with("service", "notes", "https", "true", "responds", "true", "how", "With a phone."));
        assertThat(output.passed()).isEqualTo(2);
        assertThat(output.total()).isEqualTo(6);
        assertThat(context.documents().get("external.md")).contains("With a phone.", "33.3 %");
        assertThat(sandbox.bench.failure(ExternalRecord.class, with("service", "notes-team", "how", "x")))
                .hasMessageContaining("no `external`");
    }

    @Test
    void ofAServiceWithoutExternalOnlyWhatNeedsNoOutsideIsAsked() {
        ExternalPlan.Output plan = sandbox.bench.run(ExternalPlan.class, with("service", "notes-team"));
        assertThat(plan.expected()).isFalse();
        assertThat(plan.documented()).isEqualTo("not asked");
        assertThat(plan.expectation()).contains("gives notes-team no `external`");

        TestContext context = sandbox.bench.context();
        ExternalOutput silent = sandbox.bench.run(ExternalNotAsked.class, context, with("service", "notes-team"));
        assertThat(results(silent))
                .containsEntry("responds", "false")
                .containsEntry("https", "not asked")
                .containsEntry("certificate", "not asked");
        assertThat(silent.accessible()).as("it does not run").isEqualTo("false");
        assertThat(silent.percent()).isEqualTo(-1.0);

        Inventory.Service inside = withoutExternal();
        ExternalOutput answering = sandbox.bench.run(ExternalNotAsked.class, context, with("service", "notes"));
        assertThat(results(answering)).containsEntry("responds", "true").containsEntry("dns", "not asked");
        assertThat(answering.accessible()).isEqualTo("not asked");
        assertThat(answering.passed()).isEqualTo(1);
        assertThat(answering.total()).isEqualTo(1);
        assertThat(answering.summary())
                .contains("not asked: the inventory gives notes no `external`")
                .contains(inside.health().orElseThrow().url() + ", asked by Muster's server");
        assertThat(context.documents().get("external.md"))
                .contains("| met |", "| not asked |", "(1 of 1)")
                .doesNotContain("**not met**");

        sandbox.bench.use(environment);
        assertThat(sandbox.bench.failure(ExternalNotAsked.class, with("service", "notes")))
                .hasMessageContaining("must be seen from outside");
    }

    /** As if notes were for nobody outside. */
    private static Inventory.Service withoutExternal() {
        try {
            Path file = sandbox.sandbox.inventory();
            Path other = file.resolveSibling("inside-inventory.yaml");
            String text = Files.readString(file);
            String without = text.replaceAll("(?m)^ {8}external:\\n(?: {10}.*\\n)+", "");
            assertThat(without).isNotEqualTo(text);
            Files.writeString(other, without);
            Inventory.Environment inside = InventoryReader.withoutSecrets()
                    .read(other)
                    .environment("sandbox")
                    .orElseThrow();
            sandbox.bench.use(inside);
            return inside.services().get("notes");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    // Test data

    private static void kept(String document, String content) {
        sandbox.bench.runs.put(
                "run-1",
                new RunFacts.Facts(
                        "test",
                        1,
                        Optional.empty(),
                        Instant.EPOCH,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        List.of(),
                        List.of(),
                        List.of(new RunFacts.DocumentFact(document, content)),
                        List.of(),
                        List.of()));
    }

    @Test
    @TwiceEqualsOnce(again = "testDataKeep")
    void testDataOfSeveralKindsIsFoundAgainRecordByRecord() throws IOException {
        TestContext context = sandbox.bench.context();
        TestDataPopulate.Output made = sandbox.bench.run(TestDataPopulate.class, context, with("service", "notes"));
        assertThat(made.kinds()).isEqualTo(3);
        assertThat(made.records()).isEqualTo(165);
        assertThat(made.references()).isEqualTo(450);
        assertThat(made.dangling()).isZero();
        assertThat(made.bytes()).isGreaterThan(1 << 20);
        kept("test-data-notes.md", context.documents().get("test-data-notes.md"));

        assertThat(sandbox.bench
                        .run(TestDataVerify.class, with("service", "notes"))
                        .summary())
                .isEqualTo("165 records (3 notebooks, 150 notes, 12 tags) are as they were");

        Files.createDirectories(sandbox.inside("monitoring-01", "/srv/persistent/backups/test/notes"));
        String beside = "monitoring-01:/srv/persistent/backups/test/notes/one";
        TestDataKeep.Output listed =
                sandbox.bench.run(TestDataKeep.class, with("service", "notes", "backupPath", beside));
        Path listing = sandbox.inside("monitoring-01", listed.path().substring("monitoring-01:".length()));
        byte[] written = Files.readAllBytes(listing);
        sandbox.bench.run(TestDataKeep.class, with("service", "notes", "backupPath", beside));
        assertThat(written).asString(StandardCharsets.UTF_8).contains("muster-test-note-7");
        assertThat(listing).hasBinaryContent(written);

        Map<String, String> restored = with("service", "notes", "backupPath", beside);
        TestDataCompare.Output compared = sandbox.bench.run(TestDataCompare.class, restored);
        assertThat(compared.compared()).isTrue();
        assertThat(compared.summary()).contains("165 records", "are as they were listed");

        Path data = sandbox.inside("experimental-01", "/srv/persistent/notes");
        Files.delete(data.resolve("notes/muster-test-note-7.json"));
        Files.delete(data.resolve("tags/muster-test-tag-3.json"));
        Files.writeString(data.resolve("notebooks/muster-test-notebook-1.json"), "{}");
        Files.writeString(data.resolve("notes/muster-test-note-999.json"), "{}");
        TestDataVerify.Output found = sandbox.bench.run(TestDataVerify.class, with("service", "notes"));
        assertThat(found.same()).isFalse();
        assertThat(found.differences())
                .anyMatch(line -> line.equals("2 missing: tags/muster-test-tag-3, notes/muster-test-note-7")
                        || line.equals("2 missing: notes/muster-test-note-7, tags/muster-test-tag-3"))
                .contains("1 changed: notebooks/muster-test-notebook-1", "1 extra: notes/muster-test-note-999")
                .anyMatch(line -> line.contains("dangling reference") && line.contains("→ tags/muster-test-tag-3"));

        assertThat(sandbox.bench.failure(TestDataCompare.class, restored))
                .hasFieldOrPropertyWithValue("reason", "DataDiffers")
                .hasMessageContainingAll(
                        "notes/muster-test-note-7", "tags/muster-test-tag-3", beside, "Abort to put back");
        comparedToNothing(
                "no container of the service runs", with("service", "notes", "backupPath", beside, "running", "false"));
        comparedToNothing("no listing of its records was kept", with("service", "notes", "backupPath", beside + "2"));
        comparedToNothing("no `test-data`", with("service", "notes-team", "backupPath", beside));

        sandbox.bench.run(TestDataRemove.class, with("service", "notes"));
        assertThat(sandbox.bench
                        .run(TestDataVerify.class, with("service", "notes"))
                        .records())
                .isZero();
        assertThat(sandbox.bench
                        .failure(TestDataPopulate.class, with("service", "notes-team"))
                        .reason())
                .isEqualTo("NoTestData");
    }

    private static void comparedToNothing(String why, Map<String, String> input) {
        TestDataCompare.Output output = sandbox.bench.run(TestDataCompare.class, input);
        assertThat(output.compared()).isFalse();
        assertThat(output.summary()).contains("Not compared record by record", why);
    }
}
