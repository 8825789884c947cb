package io.muster.engine;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says what is wrong with the accounts and what to do, instead of a stack trace. */
final class AccountsRefusedAnalyzer extends AbstractFailureAnalyzer<AccountsRefused> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, AccountsRefused cause) {
        return new FailureAnalysis(cause.getMessage(), cause.action(), rootFailure);
    }
}
