package io.muster.steps.external;

import io.muster.inventory.External;
import io.muster.inventory.Inventory;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.net.URI;
import java.net.URISyntaxException;

/** What a service shall look like from outside. */
final class Expectation {

    private static final int CERTIFICATE_DAYS = 14;

    private Expectation() {}

    static External of(Inventory.Service service) {
        return service.qualification()
                .external()
                .orElseThrow(() -> new StepFailure.Rejected(
                        Reason.NOT_IN_INVENTORY,
                        "Service '" + service.name()
                                + "' has no `external` in the inventory, so nobody knows what to expect of"
                                + " it from outside. Add `external: {url: https://…, status: 200}` to it."));
    }

    /** Why nothing is asked of a service from outside, for people. */
    static String nothing(Inventory.Service service) {
        return "the inventory gives " + service.name()
                + " no `external`, so nothing is expected of it from outside; add it where the service is for users outside";
    }

    static URI url(External expected) {
        try {
            URI url = new URI(expected.url());
            if (url.getHost() != null && url.getScheme().matches("(?i)https?")) {
                return url;
            }
        } catch (URISyntaxException e) {
            // Said below.
        }
        throw new StepFailure.Rejected(
                Reason.NOT_IN_INVENTORY,
                "`external.url` is '" + expected.url() + "', which is no http:// or https:// URL; mend the inventory.");
    }

    static int days(External expected) {
        return expected.certificateDays().orElse(CERTIFICATE_DAYS);
    }

    static String text(External expected) {
        return expected.url() + " answers " + expected.status()
                + expected.jsonPath()
                        .map(path -> " with " + path
                                + expected.jsonValue()
                                        .map(value -> " = " + value)
                                        .orElse(""))
                        .orElse("")
                + ", its certificate is trusted and valid for " + days(expected) + " days more";
    }
}
