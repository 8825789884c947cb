package io.muster.steps.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.step.TestContext;
import java.util.List;
import org.junit.jupiter.api.Test;

class AdrDocumentTest {

    private final TestContext context = TestContext.in("sandbox");

    @Test
    void keepsTitleContextDecisionAndTheRulesThatAreDepartedFrom() {
        new AdrDocument()
                .run(
                        new AdrDocument.Input(
                                "Wiki in a box",
                                "Core is being\nrebuilt.",
                                "Until Friday.",
                                List.of("Rule 1", "Rule 2")),
                        context);
        assertThat(context.documents().get("adr.md"))
                .isEqualTo(
                        """
                        # Wiki in a box

                        - Date: 2026-01-01
                        - Status: accepted for this run
                        - Run: run-1

                        ## Deviates from

                        - Rule 1
                        - Rule 2

                        ## Context

                        > Core is being
                        > rebuilt.

                        ## Decision

                        > Until Friday.
                        """);
    }

    @Test
    void whatAPersonWroteCannotBecomeMarkup() {
        new AdrDocument()
                .run(
                        new AdrDocument.Input("<b>A</b> | *b*", "<script>alert(1)</script>", "# no heading", List.of()),
                        context);
        assertThat(context.documents().get("adr.md"))
                .startsWith("# \\<b\\>A\\</b\\> \\| \\*b\\*\n")
                .contains("> &lt;script>alert(1)&lt;/script>")
                .contains("> # no heading")
                .doesNotContain("<script>");
    }
}
