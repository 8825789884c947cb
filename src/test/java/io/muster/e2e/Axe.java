package io.muster.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What keeps people with a keyboard, a screen reader or weak eyes from a part of a page, as axe-core finds it. */
final class Axe {

    /** As wide as a desk's screen, and as a phone's. */
    static final List<Integer> WIDTHS = List.of(1280, 390);

    private static final String SCRIPT = "/META-INF/resources/webjars/axe-core/4.6.3/axe.min.js";
    private static final String RUN =
            """
            async part => (await axe.run(part, { resultTypes: ['violations'] })).violations.flatMap(
              found => found.nodes.map(node => `${found.id} (${found.impact}): ${node.html.slice(0, 200)} ${node.failureSummary}`))
            """;

    private Axe() {}

    /** Nothing is found in the part of the page, at both widths; the page is as wide as it was afterwards. */
    static void assertUsable(Page page, String part) {
        var before = page.viewportSize();
        for (int width : WIDTHS) {
            page.setViewportSize(width, before.height);
            page.evaluate(script());
            assertThat((List<?>) page.evaluate(RUN, part))
                    .as("%s of %s at %s pixels", part, page.url(), width)
                    .isEmpty();
        }
        page.setViewportSize(before.width, before.height);
    }

    private static String script() {
        try (InputStream resource = Axe.class.getResourceAsStream(SCRIPT)) {
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
