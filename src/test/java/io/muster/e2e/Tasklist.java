package io.muster.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.WaitForSelectorState;

/** Tasklist, as somebody sees it. */
final class Tasklist extends WebApp {

    private static final double PATIENCE_MS = Runs.PATIENCE.toMillis();

    /** In pixels, as in muster.css: filters are behind a button there. */
    private static final int NARROW = 842;

    Tasklist(Page page, String base, String user) {
        super(page, base, user, "/");
    }

    /** Opens the start form and chooses; nothing is started yet. */
    void chooseDeployment(String service, String version, String reason) {
        startProcess("Service deployment");
        select("#start-service", service);
        select("#start-version", version);
        page.locator("#start-reason").fill(reason);
    }

    /** Opens a runbook's start form. */
    void startProcess(String runbook) {
        page.getByText("Start process").first().click();
        page.locator(".modal-dialog").getByText(runbook).first().click();
    }

    /** Chooses once the choice is offered. */
    void select(String select, String value) {
        page.locator(select + " option[value='string:" + value + "']")
                .waitFor(new Locator.WaitForOptions().setState(WaitForSelectorState.ATTACHED));
        page.locator(select).selectOption("string:" + value);
    }

    Locator startButton() {
        return page.locator(".modal-footer").getByText("Start", new Locator.GetByTextOptions().setExact(true));
    }

    void start() {
        startButton().click();
        page.getByText("The process has been started").waitFor();
    }

    /** Opens a service's task from a filter's list and waits for its form. */
    void openTask(String filter, String task, String service, String sign) {
        // By the width, not by what is seen: before its styles are there, the button shows on a wide page too.
        if (page.viewportSize().width <= NARROW
                && !page.locator(".muster-filters-open").isVisible()) {
            page.locator("#muster-filters-toggle").click();
        }
        page.locator(".task-filters .task-filter").getByText(filter).first().click();
        Locator entry = page.locator("li.task")
                .filter(new Locator.FilterOptions().setHasText(task))
                .filter(new Locator.FilterOptions()
                        .setHas(page.getByText(service, new Page.GetByTextOptions().setExact(true))))
                .first();
        entry.waitFor(new Locator.WaitForOptions().setTimeout(PATIENCE_MS));
        entry.click();
        page.locator(sign).waitFor();
    }

    /** Asks for the task; {@link #completeButton()} stays disabled when it is not given. */
    void claim() {
        page.locator("button.claim").click();
    }

    void claimed() {
        page.locator("button.claim").waitFor(new Locator.WaitForOptions().setState(WaitForSelectorState.DETACHED));
    }

    Locator completeButton() {
        return page.locator("button.btn-primary").getByText("Complete");
    }

    /** Completes the open task and waits until its form has gone. */
    void complete() {
        completeButton().click();
        completeButton().waitFor(new Locator.WaitForOptions().setState(WaitForSelectorState.DETACHED));
    }

    /** On a page that shows a decision: claims it and aborts the run. */
    static void decideAbort(Page page, String reason) {
        page.locator("#decide-failure").waitFor();
        page.locator("button.claim").click();
        page.locator("button.claim").waitFor(new Locator.WaitForOptions().setState(WaitForSelectorState.DETACHED));
        page.locator("#decide-abort").check();
        page.locator("#decide-reason").fill(reason);
        Locator complete = page.locator("button.btn-primary").getByText("Complete");
        complete.click();
        complete.waitFor(new Locator.WaitForOptions().setState(WaitForSelectorState.DETACHED));
    }

    Locator at(String selector) {
        return page.locator(selector);
    }

    /** What Tasklist says in the corner. */
    Locator notification() {
        return page.locator(".page-notifications");
    }

    /** What Tasklist said lies over the buttons; each click on a visible cross takes one away. */
    void dismissNotification() {
        Locator crosses = page.locator(".page-notifications .close:visible");
        for (int left = crosses.count(); left > 0; left--) {
            crosses.first().click();
        }
        assertThat(notification().locator(".alert:visible")).hasCount(0);
    }
}
