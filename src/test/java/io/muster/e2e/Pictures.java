package io.muster.e2e;

import com.microsoft.playwright.Page;
import java.nio.file.Path;

/** The screenshots of the documentation, taken anew with {@code -Dmuster.screenshots=true}. */
final class Pictures {

    private static final Path DIRECTORY = Path.of("docs", "images");

    private Pictures() {}

    static void take(Page page, String name) {
        if (Boolean.getBoolean("muster.screenshots")) {
            page.screenshot(new Page.ScreenshotOptions().setPath(DIRECTORY.resolve(name + ".png")));
        }
    }
}
