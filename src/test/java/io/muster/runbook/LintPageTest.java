package io.muster.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class LintPageTest {

    @Test
    void thePageExplainsEveryRuleAndNoOther() throws IOException {
        String page = Files.readString(Path.of("docs/lint.md"));
        assertThat(Pattern.compile("(?m)^\\| `([a-z-]+)` \\|")
                        .matcher(page)
                        .results()
                        .map(found -> group(found)))
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(Rule.values()).map(Rule::id).toList());
    }

    private static String group(MatchResult found) {
        return found.group(1);
    }
}
