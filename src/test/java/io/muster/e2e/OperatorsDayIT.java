package io.muster.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import io.muster.engine.DueDrillTasks;
import io.muster.schedule.DueDrills;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;

/** An operator's day in Cockpit and Tasklist, in a real browser, with accounts of different groups. */
class OperatorsDayIT extends JourneyTest {

    private static final String HOSTILE = "<img src=x onerror=\"alert('run')\">";
    private static Chromium chromium;

    @Autowired
    private JdbcTemplate database;

    @Autowired
    private DueDrills dueDrills;

    @Autowired
    private DueDrillTasks dueDrillTasks;

    private final List<String> foreign = new ArrayList<>();

    @BeforeAll
    static void startBrowser() {
        Assumptions.assumeTrue(
                Chromium.program().isPresent(),
                "There is no Chromium in /usr/bin: install it (Debian: apt-get install chromium) to run this test.");
        chromium = Chromium.start();
    }

    @AfterAll
    static void stopBrowser() {
        if (chromium != null) {
            chromium.close();
        }
    }

    @AfterEach
    void noForeignHostWasAsked() {
        chromium.closeWindows();
        assertThat(foreign).isEmpty();
    }

    private Page window(int width) {
        Page page = chromium.window(width);
        page.onRequest(request -> {
            if (!request.url().startsWith(base()) && request.url().startsWith("http")) {
                foreign.add(request.url());
            }
        });
        page.onWebSocket(socket -> foreign.add(socket.url()));
        return page;
    }

    private Cockpit cockpit(String user) {
        return new Cockpit(window(1280), base(), user);
    }

    private Tasklist tasklist(String user, int width) {
        return new Tasklist(window(width), base(), user);
    }

    private String base() {
        return "http://localhost:" + port;
    }

    @Test
    void aRunIsStartedInCockpitApprovedByAnotherPersonAndReadThere() {
        services.add("day-good", 8321);
        services.more("day-good", "recovery: {drill-every: P90D}");
        Cockpit operator = cockpit("operator");
        operator.page("/muster-start/service-deployment", "#muster-start-changes");
        operator.select("#muster-start-service", "day-good");
        operator.select("#muster-start-version", "1.0.0");
        assertThat(operator.at("#muster-start-about")).containsText("never here");
        operator.at("#muster-start-reason").fill("OPS-21 " + HOSTILE);
        Pictures.take(operator.page, "cockpit-start");
        operator.at("button[type=submit]").click();
        assertThat(operator.at("#muster-run-waits")).containsText("Approve deployment");
        assertThat(operator.at("#muster-run-head")).containsText("OPS-21 " + HOSTILE);
        String run = operator.page.url().replaceAll(".*/muster-run/", "");

        refusedToItsStarter();
        approvedWithEvidence();

        // The page of the operator follows by itself.
        assertThat(operator.at("#muster-run-head .muster-state")).containsText("completed");
        readAfterwards(operator, run);
        dueDrill();
        assertThat(operator.dialogs()).isEmpty();
        assertThat(operator.at("img[src=x]")).hasCount(0);
    }

    /** What now runs, and was never proven to come back, is asked for. */
    private void dueDrill() {
        dueDrills.check();
        Tasklist operator = tasklist("operator2", 1280);
        operator.openTask("Due drills", "Drill overdue", "day-good", "#muster-due-drill");
        assertThat(operator.completeButton()).isHidden();
        tab(operator, "Evidence");
        assertThat(operator.at(".muster-evidence")).containsText("Its drills so far");
        Pictures.take(operator.page, "tasklist-due-drill");
        Axe.assertUsable(operator.page, ".task-card");
        operator.at("#muster-due-drill a").first().click();
        assertThat(operator.at("#muster-start-about")).containsText("Recovery proven");
        assertThat(operator.at("#muster-start-service")).hasValue("day-good");
        assertThat(operator.at("#muster-start-backup")).hasValue("latest");
        onlyWhatProvesIsOffered();
    }

    private void onlyWhatProvesIsOffered() {
        dueDrillTasks.ask(() -> List.of(new DueDrillTasks.Due("sandbox", "day-good", Optional.empty(), true, false)));
        Tasklist operator = tasklist("operator2", 1280);
        operator.openTask("Due drills", "Drill overdue", "day-good", "#muster-due-drill");
        assertThat(operator.at("#muster-due-drill a")).hasText("Service qualification…");
        assertThat(operator.at("#muster-due-drill")).containsText("Restore tests of this service have a schedule");
    }

    private void refusedToItsStarter() {
        Tasklist starter = tasklist("operator", 1280);
        starter.openTask("All", "Approve deployment", "day-good", "#approve-changes");
        assertThat(starter.at("#muster-not-yours")).containsText("started this run");
        assertThat(starter.at("button.claim")).isDisabled();
        assertThat(starter.completeButton()).isDisabled();
        // What one may not fill in is to be read all the same: no veil over it.
        assertThat(starter.at(".disabled-form:has(.muster-form)")
                        .evaluate("form => getComputedStyle(form, '::before').backgroundColor"))
                .isEqualTo("rgba(0, 0, 0, 0)");
        Pictures.take(starter.page, "tasklist-own-change");
        Axe.assertUsable(starter.page, ".task-card .muster-form");
    }

    private void approvedWithEvidence() {
        Tasklist approver = tasklist("approver", 390);
        tasksComeFirst(approver);
        approver.openTask("My groups", "Approve deployment", "day-good", "#approve-changes");
        tab(approver, "Evidence");
        assertThat(approver.at(".muster-evidence")).containsText("operator");
        assertThat(approver.at("#muster-task-ahead")).containsText("Run service");
        assertThat(approver.at(".muster-evidence .muster-steps")).containsText("Resolve image to digest");
        assertThat((Integer) approver.page.evaluate("document.documentElement.scrollWidth"))
                .isLessThanOrEqualTo(390);
        approver.at(".muster-evidence").scrollIntoViewIfNeeded();
        Pictures.take(approver.page, "tasklist-evidence-phone");
        tab(approver, "Form");
        approver.at("#approve-changes").waitFor();
        approver.claim();
        approver.claimed();
        approver.at("#approve-yes").check();
        assertThat(approver.at("#form-left")).hasText("Still to be given: Comment.");
        approver.at("#approve-comment").focus();
        approver.page.keyboard().press("Shift+Tab");
        assertThat(approver.at("#wrong-commentText")).hasText("Needed: it is kept with the run.");
        Axe.assertUsable(approver.page, ".muster-form");
        approver.at("#approve-comment").fill("Checked the digest " + HOSTILE);
        approver.complete();
        assertThat(approver.dialogs()).isEmpty();
    }

    /** A phone shows the tasks; the filters when they are asked for, also by keyboard; then the one task that was chosen. */
    private void tasksComeFirst(Tasklist phone) {
        Locator toggle = phone.at("#muster-filters-toggle");
        Locator task = phone.at("li.task a").first();
        assertThat(task).isInViewport();
        assertThat(phone.at(".task-filter").first()).isHidden();
        assertThat(toggle).hasAttribute("aria-expanded", "false");
        toggle.press("Enter");
        assertThat(toggle).hasAttribute("aria-expanded", "true");
        phone.at(".task-filter a").getByText("My approvals").press("Enter");
        assertThat(toggle).containsText("Filter: My approvals");
        assertThat(toggle).isFocused();
        assertThat(phone.at(".task-filter").first()).isHidden();
        Axe.assertUsable(phone.page, ".task-filters > header");
        task.press("Enter");
        assertThat(phone.at("#muster-back")).isFocused();
        assertThat(task).isHidden();
        assertThat(phone.at(".task-card h2.task")).isInViewport();
        phone.at("#muster-back").press("Enter");
        assertThat(task).isFocused();
        assertThat(phone.at(".task-card")).hasCount(0);
        Pictures.take(phone.page, "tasklist-phone");
    }

    private static void tab(Tasklist tasklist, String name) {
        tasklist.at(".task-card .nav-tabs a")
                .filter(new Locator.FilterOptions().setHasText(name))
                .click();
    }

    private void readAfterwards(Cockpit operator, String run) {
        operator.page.mouse().move(640, 700);
        operator.page.mouse().wheel(0, 20_000);
        assertThat(operator.at("#muster-run-documents")).isInViewport();
        assertThat(operator.at("#muster-run-people")).containsText("Checked the digest " + HOSTILE);
        assertThat(operator.at("#muster-run-people")).containsText("approver");
        Locator step = operator.at("#muster-run-steps li[data-step=run-service] > details");
        hostileLogLine(run, "run-service");
        step.locator("> summary").click();
        step.locator("details > summary").click();
        assertThat(step.locator(".muster-log")).containsText("printed " + HOSTILE);
        assertThat(operator.at("#muster-run-diagram .done[data-element=run-service] .took"))
                .hasCount(1);
        assertThat(operator.at("#muster-run-diagram .done[data-element=deployment-rejected]"))
                .hasCount(0);
        // Two ways lead to the approval, and both begin where the run was: it took one of them.
        assertThat(operator.at(
                        "#muster-run-diagram .done[data-source=anything-to-change][data-target=approve-deployment]"))
                .hasCount(1);
        assertThat(operator.at("#muster-run-diagram [data-source=container-runs][data-target=approve-deployment]"))
                .hasCount(1);
        assertThat(operator.at("#muster-run-diagram .done[data-source=container-runs][data-target=approve-deployment]"))
                .hasCount(0);
        operator.at("#muster-run-documents summary").first().click();
        assertThat(operator.at("#muster-run-documents .muster-document h3").first())
                .isVisible();
        assertThat(operator.at("#muster-run-steps")).containsText("not run");
        operator.at("#muster-run-diagram").scrollIntoViewIfNeeded();
        Pictures.take(operator.page, "cockpit-muster-run");
        Axe.assertUsable(operator.page, ".muster-page");
    }

    /** As a target could print it. */
    private void hostileLogLine(String run, String activity) {
        database.update(
                "insert into step_log (step_run_id, seq, at, stream, continued, text)"
                        + " select id, 1000000, now(), 'out', false, ? from step_run where run_id = ? and activity_id = ?",
                "printed " + HOSTILE,
                run,
                activity);
    }

    @Test
    void aFailureIsSeenOnTheBoardDecidedAndReadAfterwards() {
        services.add("day-bad", 8322);
        String run = runs.approved("day-bad", "2.1.0");
        Cockpit operator = cockpit("operator2");
        followed(operator, run);
        runs.awaitState(run, "FAILED");
        operator.page("/dashboard", "#muster-board table");
        Locator row = operator.at("#muster-board tbody tr").first();
        assertThat(row).containsText("day-bad");
        assertThat(row).containsText("a decision is open");
        Pictures.take(operator.page, "cockpit-board");
        row.locator("a").click();
        operator.at("#muster-runs a")
                .filter(new Locator.FilterOptions().setHasText("Service deployment"))
                .click();
        assertThat(operator.at("#muster-run-head .muster-state")).containsText("waits for decision");
        assertThat(operator.at("#muster-run-waits")).containsText("Failed and not settled: Check container health");
        assertThat(operator.at("#muster-run-waits")).containsText("is unhealthy");
        assertThat(operator.at("#muster-run-diagram .failed")).hasCount(1);
        Pictures.take(operator.page, "cockpit-muster-failed");
        Axe.assertUsable(operator.page, ".muster-page");

        operator.at("#muster-run-waits a").first().click();
        Tasklist.decideAbort(operator.page, "2.1.0 is broken, OPS-22");
        runs.awaitState(run, "ABORTED");
        operator.page("/muster-run/" + run, "#muster-run-head .muster-state");
        assertThat(operator.at("#muster-run-head .muster-state")).containsText("aborted");
        assertThat(operator.at("#muster-run-people")).containsText("2.1.0 is broken, OPS-22");
        assertThat(operator.at("#muster-run-people")).containsText("operator2");
        assertThat(operator.at("#muster-run-steps")).containsText("not run");
    }

    /** It waits to become healthy, which it never will: long enough to look on. */
    private void followed(Cockpit operator, String run) {
        operator.page("/muster-run/" + run, "#muster-run-steps li[data-step=check-container] .muster-is-open");
        Locator step = operator.at("#muster-run-steps li[data-step=check-container] > details");
        step.locator("> summary").press("Enter");
        step.locator("details > summary").press("Enter");
        assertThat(step.locator(".muster-log")).not().hasText("Reading…");
        hostileLogLine(run, "check-container");
        assertThat(step.locator(".muster-log")).containsText("printed " + HOSTILE);
    }

    @Test
    void anOldRunIsFoundAmongTenThousand() {
        database.update(
                """
                insert into run (id, root_id, runbook, version, definition_id, diagram_hash, started_by, started_at, environment,
                                 service, reason, ended_at, end_state, outcome)
                select 'old-' || i, 'old-' || i, 'service-update', 1, 'gone', 'h', 'somebody', t, 'sandbox',
                       '<img src=x onerror=alert(' || i || ')>', 'the old reason ' || i, t + interval '5 minutes', 'COMPLETED',
                       'service-updated'
                from (select i, now() - interval '40 days' - i * interval '1 minute' as t from generate_series(1, 10000) i) g
                """);
        Cockpit auditor = cockpit("auditor");
        auditor.page("/muster-runs?state=COMPLETED&text=the%20old%20reason", "#muster-runs table");
        assertThat(auditor.at(".muster-pager")).containsText("1 to 25 of 10000");
        auditor.at(".muster-pager button").last().click();
        assertThat(auditor.at(".muster-pager")).containsText("26 to 50 of 10000");
        auditor.at("input[type=search]").fill("OLD REASON 9999");
        auditor.at("input[type=search]").press("Enter");
        assertThat(auditor.at(".muster-pager")).containsText("1 to 1 of 1");
        assertThat(auditor.at("#muster-runs")).containsText("<img src=x onerror=alert(9999)>");
        lastMonths(auditor);
        auditor.at("#muster-runs a").first().press("Enter");
        assertThat(auditor.at("#muster-run-head")).containsText("the old reason 9999");
        assertThat(auditor.at("#muster-run-diagram")).containsText("was deleted");
        assertThat(auditor.dialogs()).isEmpty();
    }

    /** By days, as they are at the reader's; then by a word again. */
    private void lastMonths(Cockpit auditor) {
        LocalDate day = LocalDate.now().minusDays(42);
        auditor.page("/muster-runs?from=" + day + "&to=" + day + "&runbook=service-update", "#muster-runs table");
        assertThat(auditor.at("input[type=date]").first()).hasValue(day.toString());
        assertThat(auditor.at(".muster-pager")).containsText("of 1440");
        auditor.at("input[type=search]").fill("the old reason 9999");
        auditor.at("input[type=search]").press("Enter");
        assertThat(auditor.at("#muster-runs")).containsText("No run is like that");
        auditor.page("/muster-runs?text=the%20old%20reason%209999", "#muster-runs table");
    }

    /** With the keyboard alone: the fields in their order, the question before anything is destroyed, and the way back. */
    @Test
    void aStartIsFilledInAskedAboutAndTakenBackByKeyboard() {
        Cockpit operator = cockpit("operator");
        operator.page("/muster-start/service-wipe?service=notes-scratch", "#muster-start-changes");
        assertThat(operator.at("#muster-start-service")).hasValue("notes-scratch");
        operator.at("#muster-start-environment").focus();
        for (String next : List.of("service", "backup", "scope", "reason")) {
            operator.page.keyboard().press("Tab");
            assertThat(operator.at("#muster-start-" + next)).isFocused();
            operator.page.keyboard().type(next.equals("scope") ? "data" : next.equals("reason") ? "OPS-23" : "");
        }
        operator.page.keyboard().press("Tab");
        assertThat(operator.at("button[type=submit]")).isFocused();
        operator.page.keyboard().press("Enter");
        assertThat(operator.at("[role=alertdialog]")).containsText("Scope: data");
        assertThat(operator.at("[role=alertdialog] .btn-default")).isFocused();
        Axe.assertUsable(operator.page, ".muster-page");
        operator.page.keyboard().press("Escape");
        assertThat(operator.at("[role=alertdialog]")).hasCount(0);
        assertThat(operator.at("button[type=submit]")).isFocused();
        // What is chosen otherwise after the question is not what was asked about.
        operator.page.keyboard().press("Enter");
        assertThat(operator.at("[role=alertdialog] .btn-default")).isFocused();
        operator.at("#muster-start-scope").selectOption("container");
        assertThat(operator.at("[role=alertdialog]")).hasCount(0);
        assertThat(operator.at("button[type=submit]")).isEnabled();
    }

    /** A run is followed while somebody works on its page: the focus, what is open and what is scrolled stay as they are. */
    @Test
    void aPageThatFollowsARunDisturbsNobodyAndSaysWhenItCannotFollow() {
        Cockpit operator = cockpit("operator");
        AtomicReference<String> answer = new AtomicReference<>(followed("OPEN", ""));
        operator.page.route("**/api/runs/r1", route -> {
            switch (answer.get()) {
                case "gone" -> route.abort();
                case "logged out" -> route.fulfill(
                        new Route.FulfillOptions().setStatus(401).setBody("{}"));
                default -> route.fulfill(new Route.FulfillOptions()
                        .setContentType("application/json")
                        .setBody(answer.get()));
            }
        });
        stub(operator, "**/api/runs/r1/path", "[]");
        stub(operator, "**/api/runs/r1/diagram.svg", "<svg xmlns='http://www.w3.org/2000/svg'></svg>");
        operator.page.route(
                "**/api/runs/r1/steps/s1/log?*",
                route -> route.fulfill(new Route.FulfillOptions()
                        .setContentType("text/plain;charset=utf-8")
                        .setBody("\u001b[1;31mred\u001b[0m <b>bold</b> \u001b]0;title\u0007done\n")));
        stub(operator, "**/api/documents/d1", "# A document");
        operator.page("/muster-run/r1", "#muster-run-steps li[data-step=first]");
        Locator step = operator.at("#muster-run-steps li[data-step=first] > details");
        step.locator("> summary").click();
        step.locator("details > summary").click();
        Locator log = step.locator(".muster-log");
        assertThat(log).hasText("red <b>bold</b> done");
        operator.at("#muster-run-documents summary").click();
        log.focus();

        answer.set(
                followed(
                        "SUCCEEDED",
                        """
                , {"id": "s2", "run": "r1", "activity": "second", "title": "Second", "step": "x", "state": "OPEN", "attempt": 1,
                   "startedAt": "2026-01-01T10:01:00Z"}"""));
        assertThat(operator.at("#muster-run-steps li[data-step=second]")).isVisible();
        assertThat(step.locator("> summary")).containsText("2 min 0 s");
        assertThat(log).isFocused();
        assertThat(log).hasText("red <b>bold</b> done");
        assertThat(operator.at("#muster-run-documents details[open]")).hasCount(1);

        String before = answer.getAndSet("gone");
        assertThat(operator.at("#muster-run-lost")).containsText("Muster cannot be reached");
        answer.set(before);
        assertThat(operator.at("#muster-run-lost")).hasText("");
        answer.set("logged out");
        assertThat(operator.at("#muster-run-lost")).containsText("You are not logged in any more.");
        assertThat(operator.at("#muster-run-lost button")).hasText("Log in again");
        assertThat(log).isFocused();
        answer.set(before.replace(
                "\"RUNNING\"",
                "\"COMPLETED\", \"outcome\": \"restore-failed\", \"endedAt\": \"2026-01-01T10:03:00Z\""));
        assertThat(operator.at("#muster-run-head h1 .muster-is-failed")).containsText("completed: restore failed");
        assertThat(operator.page.evaluate("async () => (await import('/camunda/app/muster/form.js'))"
                        + ".local('read back at 2026-11-22T01:00:50.898441Z by x')"))
                .asString()
                .contains("2026", "by x")
                .doesNotContain("T01:00");
        assertThat(operator.page.evaluate(
                        "async () => [0, 10240, 5 * 2 ** 30].map((await import('/camunda/app/muster/ui.js')).bytes)"))
                .isEqualTo(List.of("0 B", "10.0 KiB", "5.0 GiB"));
    }

    private static String followed(String state, String more) {
        return """
                {"id": "r1", "runbook": "followed", "version": 1, "state": "RUNNING", "startedAt": "2026-01-01T10:00:00Z",
                 "documents": [{"name": "report.md", "url": "/api/documents/d1", "mediaType": "text/markdown", "at": "2026-01-01T10:00:00Z"}],
                 "steps": [{"id": "s1", "run": "r1", "activity": "first", "title": "First", "step": "x", "state": "%s", "attempt": 1,
                   "startedAt": "2026-01-01T10:00:00Z", "endedAt": "2026-01-01T10:02:00Z", "durationMs": 119700}%s]}"""
                .formatted(state, more);
    }

    /** Each page, each runbook's start, each start form; whatever they asked elsewhere for is found afterwards. */
    @Test
    void everyPageAndStartFormIsUsableAndSaysWhatItDoes() {
        Cockpit operator = cockpit("operator");
        for (String[] page : new String[][] {
            {"/dashboard", "#muster-board table", ".muster-board"},
            {"/muster-runs", "#muster-runs > :first-child", ".muster-page"},
            {"/muster-drills", "#muster-drills > :first-child", ".muster-page"},
            {"/muster-start", ".muster-page li:first-child", ".muster-page"}
        }) {
            operator.page(page[0], page[1]);
            Axe.assertUsable(operator.page, page[2]);
        }
        operator.page("/muster-drills", "#muster-drills > :first-child");
        operator.at(".muster-actions").getByText("Start a drill…").click();
        assertThat(operator.at(".muster-page h1")).hasText("Start a drill");
        assertThat(operator.at(".muster-page li > a")).hasText(new String[] {"Restore test", "Service qualification"});
        Tasklist starter = tasklist("operator", 1280);
        for (JsonNode runbook : api.get("operator", "/api/runbooks").json()) {
            if (runbook.path("offered").asBoolean()) {
                String id = runbook.path("id").asText();
                operator.page("/muster-start/" + id, "#muster-start-environment");
                assertThat(operator.at(".muster-page")).containsText("Who must approve");
                if (runbook.has("destroys")) {
                    assertThat(operator.at(".muster-page")).containsText("What cannot be had back");
                    assertThat(runbook.path("approvals")).as(id).isNotEmpty();
                }
                startForm(starter, id);
            }
        }
        Axe.assertUsable(operator.page, ".muster-page");
    }

    private static void startForm(Tasklist starter, String runbook) {
        starter.page.navigate("about:blank");
        starter.open("/camunda/app/tasklist/default/#/?processStart=" + runbook, starter.at("#start-environment"));
        // The only environment is chosen by itself.
        assertThat(starter.at("#start-environment")).hasValue("string:sandbox");
        Axe.assertUsable(starter.page, ".modal-body .muster-form");
    }

    @Test
    void whoMayNotStartSeesWhyAndWhatIsDestroyedIsSaidTwice() {
        Cockpit approver = cockpit("approver");
        approver.page("/muster-start/service-retirement", "#muster-start-changes");
        assertThat(approver.at(".muster-page")).containsText("approver may not start it; that is for operators");
        assertThat(approver.at("button[type=submit]")).isDisabled();

        Cockpit author = cockpit("author");
        author.page("/muster-runs", "#muster-runs [role=alert]");
        assertThat(author.at("#muster-runs")).containsText("author may not GET /api/runs");
        author.page("/muster-start/service-retirement?service=notes-scratch", "#muster-start-about dl");
        assertThat(author.at("#muster-start-about")).containsText("Last verified backup");

        Cockpit operator = cockpit("operator");
        operator.page("/muster-start/service-retirement?service=notes-scratch", "#muster-start-changes");
        operator.select("#muster-start-data", "remove");
        operator.at("#muster-start-reason").fill("Nobody uses it");
        assertThat(operator.at("#muster-start-service")).hasValue("notes-scratch");
        operator.at("button[type=submit]").click();
        Locator confirm = operator.at("[role=alertdialog]");
        assertThat(confirm).containsText("Service retirement notes-scratch in sandbox");
        assertThat(confirm).containsText("Data: remove");
        Pictures.take(operator.page, "cockpit-start-destroys");
        confirm.getByText("Back").click();
        assertThat(confirm).hasCount(0);
        JsonNode none = api.get("auditor", "/api/runs?service=notes-scratch&runbook=service-retirement")
                .json();
        assertThat(none).isEmpty();
    }

    /** What the server answers is stubbed here: this is about the page. */
    @Test
    void drillsShowWhatWasMeasuredAndTheTrend() {
        Cockpit operator = cockpit("operator");
        String drill =
                """
                {"run": "d%1$d", "service": "notes", "environment": "sandbox", "kind": "RESTORE_TEST", "state": "PASSED",
                 "startedAt": "2026-0%1$d-01T10:00:00Z", "endedAt": "2026-0%1$d-01T10:20:00Z", "result": "%3$s",
                 "measures": [{"name": "rto", "value": %2$d, "unit": "SECONDS", "target": 900, "grade": "WARNING"}]}""";
        stub(
                operator,
                "**/api/drills*",
                "[" + drill.formatted(1, 1200, HOSTILE.replace("\"", "")) + "," + drill.formatted(2, 600, "fine")
                        + ","
                        + """
                        {"run": "d3", "service": "notes", "environment": "sandbox", "kind": "QUALIFICATION", "state": "RUNNING",
                         "runState": "FAILED", "current": ["Decide: Restore data failed"],
                         "startedAt": "2026-03-01T10:00:00Z", "measures": []}]""");
        stub(
                operator,
                "**/api/services?*",
                """
                [{"id": "notes", "environment": "sandbox", "state": "HEALTHY", "overdue": true, "dueAt": "2026-03-01T10:00:00Z",
                  "rto": {"target": "PT15M"}, "rpo": {"target": "PT24H"},
                  "trend": [{"at": "2026-01-01T10:00:00Z", "rto": "PT20M"}, {"at": "2026-02-01T10:00:00Z", "rto": "PT10M"}]}]""");
        operator.page("/muster-drills", ".muster-chart");
        assertThat(operator.at(".muster-page")).containsText("rto: 20 min 0 s of 15 min 0 s");
        assertThat(operator.at(".muster-page")).containsText("<img src=x");
        assertThat(operator.at(".muster-page")).containsText("overdue");
        assertThat(operator.at("#muster-drills tbody tr").last()).containsText("waits for decision");
        assertThat(operator.at("#muster-drills tbody tr").last()).containsText("Decide: Restore data failed");
        // Over its target is a triangle, within it a circle.
        assertThat(operator.at(".muster-chart circle")).hasCount(1);
        assertThat(operator.at(".muster-chart path")).hasCount(1);
        Pictures.take(operator.page, "cockpit-drills");
        assertThat(operator.dialogs()).isEmpty();
    }

    private static void stub(Cockpit cockpit, String path, String body) {
        cockpit.page.route(
                path,
                route -> route.fulfill(new Route.FulfillOptions()
                        .setContentType("application/json")
                        .setHeaders(Map.of("X-Total-Count", "1"))
                        .setBody(body)));
    }
}
