package io.muster.storage;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Makes Spring Boot print a refusal as description and action. */
final class StartupRefusedAnalyzer extends AbstractFailureAnalyzer<StartupRefused> {

    @Override
    protected FailureAnalysis analyze(Throwable failure, StartupRefused refusal) {
        return new FailureAnalysis(refusal.getMessage(), refusal.action(), failure);
    }
}
