package io.muster.steps;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.step.TestContext;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class OutputTailTest {

    private final TestContext context = TestContext.in("sandbox");
    private final OutputTail tail = new OutputTail(context);

    private void out(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        tail.out(bytes, 0, bytes.length);
    }

    @Test
    void keepsTheEndOfMuchOutput() {
        for (int i = 0; i < 10_000; i++) {
            out("line " + i + "\n");
        }
        assertThat(tail.stdout()).hasSizeLessThanOrEqualTo(3900).endsWith("line 9999");
    }

    @Test
    void keepsTheEndOfOneLargePiece() {
        out("x".repeat(2_000_000) + "end");
        assertThat(tail.stdout()).hasSize(3900).endsWith("xend");
    }

    @Test
    void aSecretThatTheCutWouldDivideIsMaskedFirst() {
        context.secret("hunter2-is-secret");
        for (int at = 3880; at <= 3920; at++) {
            OutputTail one = new OutputTail(context);
            byte[] bytes =
                    ("x".repeat(5000) + "hunter2-is-secret" + "y".repeat(at - 17)).getBytes(StandardCharsets.UTF_8);
            one.out(bytes, 0, bytes.length);
            assertThat(one.stdout()).doesNotContain("secret").matches("x*\\**y+");
        }
    }

    @Test
    void whatAnEarlierCutDividedIsMaskedToo() {
        context.secret("hunter2-is-secret");
        byte[] bytes = ("hunter2-is-secret".repeat(4000)).getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < bytes.length; i += 100) {
            tail.out(bytes, i, Math.min(100, bytes.length - i));
        }
        assertThat(tail.stdout()).matches("\\*+");
    }

    @Test
    void quotesTheLastLineOfTheErrorStreamFirst() {
        out("all is well\n");
        byte[] error = "tar: short read\n\n".getBytes(StandardCharsets.UTF_8);
        tail.err(error, 0, error.length);
        assertThat(tail.lastWords()).isEqualTo("Its last words: \"tar: short read\".");
    }

    @Test
    void saysThatNothingWasWritten() {
        assertThat(tail.lastWords()).isEqualTo("It wrote nothing.");
    }
}
