package io.muster.runbook;

import java.util.List;
import java.util.stream.Collectors;

/** Runbooks that are not deployed, with everything that is wrong with them. Nothing of them was deployed. */
public final class RunbooksRefused extends RuntimeException {

    private final transient List<Violation> violations;

    RunbooksRefused(String source, List<Violation> violations, Throwable cause) {
        super(
                headline(source, violations.size())
                        + violations.stream().map(v -> "\n  " + v).collect(Collectors.joining()),
                cause);
        this.violations = List.copyOf(violations);
    }

    /** In the order of file and line; at least one. */
    public List<Violation> violations() {
        return violations;
    }

    private static String headline(String source, int count) {
        return "The runbooks in " + source + " were not deployed, none of them: "
                + (count == 1 ? "1 violation" : count + " violations") + ":";
    }
}
