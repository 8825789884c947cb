package io.muster.inventory;

import java.util.List;
import java.util.stream.Collectors;

/** An inventory that cannot be used, with everything that is wrong in it. */
public final class InventoryInvalid extends RuntimeException {

    private final transient List<Violation> violations;

    InventoryInvalid(String file, List<Violation> violations) {
        super(headline(file, violations.size())
                + violations.stream().map(v -> "\n  " + v).collect(Collectors.joining()));
        this.violations = List.copyOf(violations);
    }

    /** In the order of the file; at least one. */
    public List<Violation> violations() {
        return violations;
    }

    private static String headline(String file, int count) {
        return "The inventory " + file + " is not valid, " + count + (count == 1 ? " violation:" : " violations:");
    }
}
