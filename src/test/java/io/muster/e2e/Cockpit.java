package io.muster.e2e;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.WaitForSelectorState;

/** Cockpit, as somebody sees it. */
final class Cockpit extends WebApp {

    Cockpit(Page page, String base, String user) {
        super(page, base, user, "/camunda/app/cockpit/");
    }

    /** Opens one of Muster's pages, by what follows the hash. */
    void page(String hash, String sign) {
        open("/camunda/app/cockpit/default/#" + hash, page.locator(sign));
    }

    Locator at(String selector) {
        return page.locator(selector);
    }

    /** Chooses once the choice is offered. */
    void select(String select, String value) {
        page.locator(select + " option[value='" + value + "']")
                .waitFor(new Locator.WaitForOptions().setState(WaitForSelectorState.ATTACHED));
        page.locator(select).selectOption(value);
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
