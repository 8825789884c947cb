package io.muster.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Each form that some task has, in Tasklist, with words in it that a person or a target could have written. A real task is shown; only
 * which form it has and what stands in its variables is told otherwise, since most of them come once in an hour-long drill.
 */
class TaskFormsIT extends JourneyTest {

    private static final String HOSTILE = "<img src=x onerror=\"alert('form')\">";
    /** Gone through with what they really show, in the journeys of deployment, update, promotion, retirement and decision. */
    private static final List<String> ELSEWHERE = List.of(
            "approve-deployment.html",
            "approve-update.html",
            "approve-promotion.html",
            "approve-retirement.html",
            "decide-failed-step.html",
            "decide-after-restore.html");

    private static final String STOPS =
            """
            form => [...form.querySelectorAll('input, select, textarea, button, a[href]')]
              .filter(it => !it.disabled && it.offsetParent !== null)
              .filter((it, i, all) => it.type !== 'radio' || it.checked
                || !all.some(other => other.name === it.name && other.checked) && all.find(other => other.name === it.name) === it)
              .map(it => it.id)
            """;

    private static Chromium chromium;

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

    private static List<Path> forms() {
        try (Stream<Path> files = Files.walk(Path.of("forms"))) {
            return files.filter(file -> file.toString().endsWith(".html"))
                    .filter(file -> !file.getFileName().toString().startsWith("start-"))
                    .filter(file -> !ELSEWHERE.contains(file.getFileName().toString()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void eachIsUsableByKeyboardAndScreenReaderAndRunsNothingThatItShows() {
        services.add("seen-forms", 8331);
        String task = runs.awaitTask(runs.started("seen-forms", "1.0.0"), "approve-deployment");
        assertThat(api.post("approver", "/engine-rest/task/" + task + "/claim", Map.of("userId", "approver"))
                        .status())
                .isEqualTo(204);
        Tasklist approver = new Tasklist(chromium.window(), "http://localhost:" + port, "approver");
        approver.at("li.task").first().waitFor();
        assertThat(forms()).hasSizeGreaterThan(10);
        for (Path form : forms()) {
            show(approver, form, task);
            Locator shown = approver.at(".task-card .muster-form");
            choose(shown);
            reachedInOrder(approver.page, shown);
            assertThat(shown).containsText("<img src=x");
            Axe.assertUsable(approver.page, ".task-card .muster-form");
        }
        assertThat(approver.dialogs()).isEmpty();
        assertThat(approver.at("img[src=x]")).hasCount(0);
    }

    private static void show(Tasklist tasklist, Path form, String task) {
        Page page = tasklist.page;
        page.unrouteAll();
        answer(
                page,
                "/task/[^/]+/form$",
                "application/json",
                request -> json(Map.of("key", "embedded:deployment:" + form)));
        answer(page, "/task/[^/]+/deployed-form", "application/xhtml+xml", request -> read(form));
        answer(page, "/task/[^/]+/form-variables", "application/json", TaskFormsIT::variables);
        page.evaluate("location.hash = '#/?'");
        assertThat(tasklist.at(".task-card")).hasCount(0);
        page.evaluate("task => { location.hash = '#/?task=' + task; }", task);
        tasklist.at(".task-card .muster-form [name]:visible").first().waitFor();
    }

    private static void answer(Page page, String path, String type, Function<String, String> body) {
        page.route(
                Pattern.compile(path),
                route -> route.fulfill(new Route.FulfillOptions()
                        .setContentType(type)
                        .setBody(body.apply(route.request().url()))));
    }

    /** A list where the form reads one, and a text that looks like one where it does not. */
    private static String variables(String url) {
        String names = URLDecoder.decode(url.replaceAll(".*[?&]variableNames=([^&]*).*", "$1"), StandardCharsets.UTF_8);
        Map<String, Object> variables = new TreeMap<>();
        Arrays.stream(names.split(","))
                .forEach(name -> variables.put(
                        name, Map.of("type", "String", "value", json(List.of(HOSTILE, name)), "valueInfo", Map.of())));
        return json(variables);
    }

    /** The answer that asks for most: the first, and all that must be ticked then. */
    private static void choose(Locator form) {
        Locator choices = form.locator("input[type=radio]:visible");
        if (choices.count() > 0) {
            choices.first().check();
        }
        form.locator("input[type=checkbox]:visible").all().forEach(Locator::check);
    }

    private static void reachedInOrder(Page page, Locator form) {
        List<Object> stops = new ArrayList<>((List<?>) form.evaluate(STOPS));
        assertThat(stops).isNotEmpty().doesNotContain("");
        form.locator("#" + stops.get(0)).focus();
        List<Object> reached = new ArrayList<>(List.of(stops.get(0)));
        for (int more = 1; more < stops.size(); more++) {
            page.keyboard().press("Tab");
            reached.add(page.evaluate("document.activeElement.id"));
        }
        assertThat(reached).isEqualTo(stops);
    }

    private static String json(Object value) {
        try {
            return new ObjectMapper().writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
