package io.muster.inventory;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Shows an invalid inventory at start as its violations, without a stack trace. */
final class InventoryInvalidAnalyzer extends AbstractFailureAnalyzer<InventoryInvalid> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, InventoryInvalid cause) {
        return new FailureAnalysis(
                cause.getMessage(),
                "Correct the file (docs/inventory.md has an example), check it with 'inventory check', and start again.",
                cause);
    }
}
