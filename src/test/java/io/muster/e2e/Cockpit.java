package io.muster.e2e;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;

/** Cockpit, as somebody sees it. */
final class Cockpit extends WebApp {

    Cockpit(Page page, String base, String user) {
        super(page, base, user, "/camunda/app/cockpit/");
    }

    /** Opens a run with the list of its incidents. */
    void openIncidents(String run) {
        open(
                "/camunda/app/cockpit/default/#/process-instance/" + run + "/runtime?tab=incidents-tab",
                page.locator("td.message"));
        page.locator(".djs-container .djs-shape").first().waitFor();
    }

    Locator message() {
        return page.locator("td.message");
    }
}
