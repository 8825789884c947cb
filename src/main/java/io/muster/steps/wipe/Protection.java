package io.muster.steps.wipe;

import io.muster.inventory.Inventory;
import io.muster.step.StepFailure;
import java.util.ArrayList;
import java.util.List;

/** What the inventory says must not be wiped. */
final class Protection {

    static final String PROTECTED = "Protected";

    private Protection() {}

    /** @throws StepFailure Protected, naming everything that stands against it */
    static void refuse(Inventory.Environment environment, Inventory.Service service, Inventory.Host host) {
        List<String> by = new ArrayList<>();
        if (environment.facilities().protectedFromWipe()) {
            by.add("environment '" + environment.name() + "'");
        }
        if (host.protectedFromWipe()) {
            by.add("host '" + host.name() + "'");
        }
        if (service.qualification().protectedFromWipe()) {
            by.add("service '" + service.name() + "'");
        }
        if (!by.isEmpty()) {
            throw new StepFailure.Rejected(
                    PROTECTED,
                    service.name() + " is not wiped: the inventory protects " + String.join(" and ", by)
                            + " (`protected: true`). Nothing was touched. To prove its recovery without a wipe, start"
                            + " `restore-test`.");
        }
    }
}
