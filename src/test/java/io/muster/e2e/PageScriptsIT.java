package io.muster.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The scripts of the pages in a browser whose requests are answered here: what a whole server does too seldom. */
class PageScriptsIT {

    private static final String SITE = "http://127.0.0.1";
    private static final String SCRIPTS = "/META-INF/resources/webjars/camunda/app/muster/";
    private static final String FRAME =
            """
            <!doctype html><html lang="en"><head><base href="/" app-root="/camunda"><title>Page</title></head>
            <body><main id="place"></main></body></html>
            """;

    private static Chromium chromium;

    private final Map<String, Consumer<Route>> answers = new HashMap<>();
    private final List<JsonNode> started = new ArrayList<>();
    private final List<String> keys = new ArrayList<>();
    private Page page;

    @BeforeAll
    static void browser() {
        assumeTrue(Chromium.program().isPresent(), "Chromium is not installed");
        chromium = Chromium.start();
    }

    @AfterAll
    static void closed() {
        if (chromium != null) {
            chromium.close();
        }
    }

    @BeforeEach
    void frame() {
        chromium.closeWindows();
        page = chromium.window();
        page.clock().install();
        page.addInitScript("Object.defineProperty(document, 'hidden', { get: () => window.away === true });");
        page.route("**/*", this::answer);
    }

    private void answer(Route route) {
        String path = URI.create(route.request().url()).getPath();
        if (answers.containsKey(path)) {
            answers.get(path).accept(route);
        } else if (path.startsWith("/camunda/app/muster/")) {
            script(route, path.substring("/camunda/app/muster/".length()));
        } else if (path.equals("/")) {
            route.fulfill(new Route.FulfillOptions().setContentType("text/html").setBody(FRAME));
        } else {
            route.fulfill(new Route.FulfillOptions().setStatus(404).setBody("{}"));
        }
    }

    private static void script(Route route, String name) {
        try (InputStream file = PageScriptsIT.class.getResourceAsStream(SCRIPTS + name)) {
            route.fulfill(new Route.FulfillOptions()
                    .setContentType(name.endsWith(".css") ? "text/css" : "text/javascript")
                    .setBodyBytes(file.readAllBytes()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void json(Route route, String body) {
        route.fulfill(
                new Route.FulfillOptions().setContentType("application/json").setBody(body));
    }

    private static void text(Route route, String body) {
        route.fulfill(new Route.FulfillOptions().setContentType("text/plain").setBody(body));
    }

    private void answers(String path, String body) {
        answers.put(path, route -> json(route, body));
    }

    private void open(String hash, String script, String function) {
        page.navigate(SITE + "/" + hash);
        page.evaluate(
                "async ([script, name]) => { window.ending = new AbortController();"
                        + " void (await import('/camunda/app/muster/' + script))[name](document.getElementById('place'), window.ending.signal); }",
                List.of(script, function));
    }

    private static String run(String state, String at, String urls) {
        return """
                {"id": "r1", "runbook": "followed", "version": 1, "state": "RUNNING", "startedAt": "2026-01-01T10:00:00Z",
                 "documents": [%3$s],
                 "steps": [{"id": "s1", "run": "r1", "activity": "first", "title": "First", "step": "x", "state": "%1$s", "attempt": 1,
                   "startedAt": "%2$s"}]}"""
                .formatted(state, at, urls);
    }

    private Locator logOfTheFirstStep() {
        answers("/api/runs/r1/path", "[]");
        answers.put("/api/runs/r1/diagram.svg", route -> text(route, "<svg xmlns='http://www.w3.org/2000/svg'></svg>"));
        open("#/muster-run/r1", "run.js", "runPage");
        Locator step = page.locator("li[data-step=first] > details");
        step.locator("> summary").click();
        step.locator("details > summary").click();
        return step;
    }

    /** An answer may end, or be lost, or a proxy may speak for a server that restarts: the log goes on until the step has ended. */
    @Test
    void aLogIsFollowedUntilTheStepHasEnded() {
        AtomicReference<String> state = new AtomicReference<>("OPEN");
        AtomicReference<String> log = new AtomicReference<>("one\n");
        List<String> looks = new ArrayList<>();
        List<String> reads = new ArrayList<>();
        answers.put("/api/runs/r1", route -> {
            looks.add(state.get());
            json(route, run(state.get(), "2026-01-01T10:00:00Z", ""));
        });
        answers.put("/api/runs/r1/steps/s1/log", route -> {
            reads.add(log.get());
            switch (log.get()) {
                case "lost" -> route.abort();
                case "away" -> route.fulfill(
                        new Route.FulfillOptions().setStatus(502).setBody("Bad gateway"));
                default -> text(route, log.get());
            }
        });
        Locator step = logOfTheFirstStep();
        Locator lost = step.locator("[role=status]");
        assertThat(step.locator(".muster-log")).hasText("one");
        log.set("lost");
        page.clock().fastForward(3000);
        assertThat(lost).isVisible();
        log.set("away");
        page.waitForCondition(() -> Collections.frequency(reads, "away") > 1);
        assertThat(lost).isVisible();
        log.set("one\ntwo\n");
        assertThat(step.locator(".muster-log")).containsText("two");
        assertThat(lost).isHidden();
        assertThat(page.locator("[role=alert]")).hasCount(0);

        state.set("SUCCEEDED");
        int before = reads.size();
        for (int i = 0; i < 3; i++) {
            int looked = looks.size();
            page.clock().fastForward(3000);
            page.waitForCondition(() -> looks.size() > looked);
        }
        assertThat(page.locator("li[data-step=first] .muster-is-succeeded")).isVisible();
        assertThat(reads).hasSizeLessThanOrEqualTo(before + 1);
    }

    @Test
    void aLogThatIsRefusedKeepsWhatWasRead() {
        List<String> turns = new ArrayList<>();
        answers("/api/runs/r1", run("OPEN", "2026-01-01T10:00:00Z", ""));
        answers.put("/api/runs/r1/steps/s1/log", route -> {
            turns.add("asked");
            if (turns.size() == 1) {
                text(route, "one\n");
            } else {
                route.fulfill(new Route.FulfillOptions().setStatus(401).setBody("{}"));
            }
        });
        Locator step = logOfTheFirstStep();
        assertThat(step.locator(".muster-log")).hasText("one");
        page.clock().fastForward(3000);
        assertThat(step.locator("[role=alert]")).containsText("You are not logged in any more.");
        assertThat(step.locator(".muster-log")).hasText("one");
    }

    private static String document(int step, int second) {
        return """
                {"name": "report.md", "url": "/api/runs/r1/documents/report.md?step=%d", "mediaType": "text/plain", "at": "2026-01-01T10:00:0%dZ"}"""
                .formatted(step, second);
    }

    /** One that is written again is shown as it is now; of two with one name each shows its own. */
    @Test
    void eachDocumentShowsItsOwnTextAsItIsNow() {
        List<String> shown = new ArrayList<>(List.of("first", "other"));
        answers("/api/runs/r1/path", "[]");
        answers.put("/api/runs/r1/diagram.svg", route -> text(route, "<svg xmlns='http://www.w3.org/2000/svg'></svg>"));
        answers("/api/runs/r1", run("OPEN", "2026-01-01T10:00:00Z", document(0, 1) + "," + document(1, 2)));
        answers.put(
                "/api/runs/r1/documents/report.md",
                route -> text(
                        route, shown.get(Integer.parseInt(route.request().url().split("step=")[1]))));
        open("#/muster-run/r1", "run.js", "runPage");
        Locator rows = page.locator("#muster-run-documents details");
        assertThat(rows).hasCount(2);
        rows.nth(0).locator("summary").click();
        rows.nth(1).locator("summary").click();
        assertThat(rows.locator("pre")).hasText(new String[] {"first", "other"});

        shown.set(0, "written again");
        answers("/api/runs/r1", run("OPEN", "2026-01-01T10:00:00Z", document(0, 3) + "," + document(1, 2)));
        page.clock().fastForward(3000);
        assertThat(rows.locator("pre")).hasText(new String[] {"written again", "other"});
    }

    /** A page that is opened in a tab behind is drawn once, and again as soon as it is looked at. */
    @Test
    void aListIsDrawnWhileNobodyLooksAndRefreshedUnderAFocusThatDoesNoWork() {
        page.navigate(SITE + "/");
        page.clock().pauseAt(System.currentTimeMillis() + 60_000);
        page.evaluate(
                """
                async () => {
                  window.away = true;
                  const { el, table, watchList } = await import('/camunda/app/muster/ui.js');
                  const place = document.getElementById('place');
                  window.draws = 0;
                  void watchList(place, async () => place.replaceChildren(table('Things',
                    [['Draw', () => el('button', { type: 'button' }, 'Draw ' + ++window.draws)]], [0])), new AbortController().signal);
                }""");
        Locator button = page.locator("#place button");
        assertThat(button).hasText("Draw 1");
        page.evaluate("() => { window.away = false; document.dispatchEvent(new Event('visibilitychange')); }");
        assertThat(button).hasText("Draw 2");

        page.locator("#place .muster-scroll").focus();
        page.clock().fastForward(30_000);
        assertThat(button).hasText("Draw 3");
        assertThat(page.locator("#place .muster-scroll")).isFocused();
        button.focus();
        page.clock().fastForward(30_000);
        page.clock().fastForward(30_000);
        assertThat(button).hasText("Draw 3");
        assertThat(button).isFocused();
    }

    private void wipeForm() {
        answers(
                "/api/runbooks/wipe",
                """
                {"id": "wipe", "title": "Wipe", "description": "Wipes.", "startable": true, "destroys": "All of it.", "approvals": [], "changes": [],
                 "variables": [{"name": "environment", "kind": "ENVIRONMENT", "required": true}, {"name": "service", "kind": "SERVICE", "required": true},
                   {"name": "backup", "kind": "BACKUP", "required": true}, {"name": "reason", "kind": "TEXT", "required": false}]}""");
        answers(
                "/api/environments",
                """
                [{"name": "production", "description": "it", "services": ["notes", "shop"], "hosts": []}]""");
        answers("/api/services", "[]");
        answers("/api/runs", "[]");
        answers("/api/locks", "[]");
        for (String service : List.of("notes", "shop")) {
            answers(
                    "/api/environments/production/services/" + service + "/backups",
                    """
                    [{"id": "b7", "takenAt": "2026-01-01T10:00:00Z", "bytes": 5, "verifiedAt": "2026-01-01T10:00:00Z"}]""");
        }
        open("#/muster-start/wipe?environment=production&service=notes", "start.js", "startPage");
        page.locator("#muster-start-backup option[value=b7]")
                .waitFor(new Locator.WaitForOptions()
                        .setState(com.microsoft.playwright.options.WaitForSelectorState.ATTACHED));
    }

    private void takes(Route route) {
        try {
            started.add(new ObjectMapper().readTree(route.request().postData()));
            keys.add(route.request().headerValue("Idempotency-Key"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the sentence names is what is sent, whatever the form says by then, and a start on its way is not followed by another. */
    @Test
    void whatWasConfirmedIsWhatIsStarted() {
        wipeForm();
        List<Route> held = new ArrayList<>();
        answers.put("/api/runbooks/wipe/runs", route -> {
            takes(route);
            held.add(route);
        });
        page.locator("#muster-start-backup").selectOption("b7");
        Locator start = page.locator("button[type=submit]");
        start.click();
        Locator asked = page.locator("[role=alertdialog]");
        assertThat(asked).containsText("Wipe notes in production with backup b7");
        // Without an event: as an answer that comes late does.
        page.evaluate("() => { document.getElementById('muster-start-backup').value = 'latest'; }");
        asked.locator(".btn-danger").click();
        page.waitForCondition(() -> held.size() == 1);
        assertThat(started.get(0).path("backup").asText()).isEqualTo("b7");

        page.locator("#muster-start-reason").fill("another");
        page.locator("#muster-start-service").selectOption("shop");
        assertThat(start).isDisabled();
        page.evaluate("() => document.querySelector('form').dispatchEvent(new Event('submit', { cancelable: true }))");
        assertThat(page.locator("[role=alertdialog]")).containsText("Wipe notes");
        json(held.get(0), "{\"id\": \"r9\"}");
        page.waitForURL("**/#/muster-run/r9");
        assertThat(started).hasSize(1);
    }

    @Test
    void anAnswerThatFailsLateTakesTheQuestionBackAndLeavesTheButton() {
        wipeForm();
        List<Route> late = new ArrayList<>();
        answers.put("/api/environments/production/services/shop/backups", late::add);
        page.locator("#muster-start-service").selectOption("shop");
        page.waitForCondition(() -> late.size() == 1);
        Locator start = page.locator("button[type=submit]");
        start.click();
        assertThat(page.locator("[role=alertdialog]")).isVisible();
        late.get(0)
                .fulfill(new Route.FulfillOptions()
                        .setStatus(500)
                        .setContentType("application/json")
                        .setBody("{\"message\": \"The store is away.\"}"));
        assertThat(page.locator("#muster-start-said")).containsText("The store is away.");
        assertThat(start).isEnabled();
        assertThat(page.locator("[role=alertdialog]")).hasCount(0);
    }
}
