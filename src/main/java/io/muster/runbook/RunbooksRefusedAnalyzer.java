package io.muster.runbook;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Shows refused runbooks at start as their violations, without a stack trace. */
final class RunbooksRefusedAnalyzer extends AbstractFailureAnalyzer<RunbooksRefused> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, RunbooksRefused cause) {
        return new FailureAnalysis(
                cause.getMessage(),
                "Mend the files (docs/lint.md explains each rule by the name in brackets), check them with 'lint', and start"
                        + " again. What was deployed before is untouched.",
                cause);
    }
}
