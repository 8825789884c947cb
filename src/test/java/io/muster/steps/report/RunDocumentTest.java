package io.muster.steps.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.step.RunFacts;
import io.muster.step.TestContext;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RunDocumentTest {

    private static final Instant BEGAN = Instant.parse("2026-01-01T00:00:00Z");

    private final List<RunFacts.StepFact> steps = new ArrayList<>();
    private final List<RunFacts.ApprovalFact> approvals = new ArrayList<>();
    private final List<RunFacts.DocumentFact> documents = new ArrayList<>();
    private final List<RunFacts.AnswerFact> answers = new ArrayList<>();
    private final List<RunFacts.DecisionFact> decisions = new ArrayList<>();
    private String reason = "Because";

    private String written() {
        TestContext context = TestContext.in("sandbox");
        RunDocument step = new RunDocument(run -> Optional.of(new RunFacts.Facts(
                "service-deployment",
                3,
                Optional.of("operator"),
                BEGAN,
                Optional.of("sandbox"),
                Optional.of("notes"),
                Optional.of("1.0.0"),
                Optional.of(reason),
                Optional.empty(),
                Optional.empty(),
                steps,
                approvals,
                documents,
                answers,
                decisions)));
        step.run(new RunDocument.Input("deployment.md", "Deployment of notes", "First."), context);
        return context.documents().get("deployment.md");
    }

    private static RunFacts.StepFact step(String title, String outcome, int attempt, Duration took, String detail) {
        return new RunFacts.StepFact(
                title, "checkHttp", "notes", outcome, attempt, BEGAN, Optional.ofNullable(took), detail);
    }

    @Test
    void saysWhatWasAskedWhoApprovedAndWhatEachStepDid() {
        steps.add(step("Check health", "FAILED", 1, Duration.ofMillis(1500), "status 503"));
        steps.add(step("Check health", "SUCCEEDED", 2, Duration.ofSeconds(75), ""));
        approvals.add(new RunFacts.ApprovalFact("", "Approve deployment", "approver", BEGAN, true, "fine", false));
        assertThat(written())
                .startsWith("# Deployment of notes\n\nFirst.\n\n")
                .contains("| Runbook | service-deployment, version 3 |")
                .contains("| Started | 2026-01-01 00:00:00 UTC by operator |")
                .contains("- **Approve deployment**: approved by approver at 2026-01-01 00:00:00 UTC: fine")
                .contains("| Check health | notes | FAILED | 1500 ms | status 503 |")
                .contains("| Check health | notes | SUCCEEDED (attempt 2) | 75 s |  |");
    }

    @Test
    void anApprovalByTheStarterAloneAndARejectionAreNotHidden() {
        approvals.add(new RunFacts.ApprovalFact("", "A", "operator", BEGAN, true, "", true));
        approvals.add(new RunFacts.ApprovalFact("", "B", "approver", BEGAN, false, "no", false));
        assertThat(written())
                .contains(
                        "**A**: approved by operator at 2026-01-01 00:00:00 UTC (the starter, alone, after the delay)")
                .contains("**B**: rejected by approver");
    }

    @Test
    void whatPeopleAndMachinesWroteCannotBecomeMarkup() {
        reason = "a | b\n# heading <script>alert(1)</script> [x](http://evil) `code`";
        steps.add(step("T", "FAILED", 1, null, "line one\nline two | <b>"));
        String document = written();
        assertThat(document)
                .contains(
                        "| Reason | a \\| b \\# heading \\<script\\>alert(1)\\</script\\> \\[x\\](http://evil) \\`code\\` |")
                .contains("| line one line two \\| \\<b\\> |");
        assertThat(document.lines().filter(line -> line.startsWith("#")))
                .containsExactly("# Deployment of notes", "## Approvals", "## Steps");
    }

    @Test
    void earlierDocumentsAreIncludedBelowTheirNamesAndItsOwnEarlierSelfIsNot() {
        documents.add(new RunFacts.DocumentFact("adr.md", "# Decision\n\n## Why\n"));
        documents.add(new RunFacts.DocumentFact("deployment.md", "# Old"));
        assertThat(written())
                .contains("## Document: adr.md\n\n### Decision\n\n#### Why")
                .doesNotContain("Old");
    }

    @Test
    void aRunWithoutStepsAndApprovalsSaysSo() {
        assertThat(written()).contains("Nothing had to be approved.").contains("| Started | Step | Target |");
    }
}
