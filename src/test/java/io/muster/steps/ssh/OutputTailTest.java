package io.muster.steps.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.step.TestContext;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class OutputTailTest {

    private final TestContext context = TestContext.in("sandbox");
    private final OutputTail tail = new OutputTail(context.log());

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
