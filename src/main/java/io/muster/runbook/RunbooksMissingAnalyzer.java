package io.muster.runbook;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Shows at start that there are no runbooks, without a stack trace. */
final class RunbooksMissingAnalyzer extends AbstractFailureAnalyzer<RunbooksMissing> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, RunbooksMissing cause) {
        return new FailureAnalysis(
                cause.getMessage(),
                "Copy 'processes' and 'forms' there, or name another folder in MUSTER_RUNBOOKS_DIR; without it Muster takes"
                        + " the runbooks that are packaged with it.",
                cause);
    }
}
