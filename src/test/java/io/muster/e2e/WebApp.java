package io.muster.e2e;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.TimeoutError;
import com.microsoft.playwright.options.LoadState;
import com.microsoft.playwright.options.WaitForSelectorState;
import java.util.ArrayList;
import java.util.List;

/** A window in which somebody is logged in to one of Camunda's web apps. */
class WebApp {

    /** The web apps give up loading their plugins after seven seconds, which a busy machine may need. */
    private static final int LOADS = 6;

    private static final double LOAD_MS = 15_000;

    final Page page;
    final String base;
    private final List<String> dialogs = new ArrayList<>();

    WebApp(Page page, String base, String user, String path) {
        this.page = page;
        this.base = base;
        page.onDialog(dialog -> {
            dialogs.add(dialog.message());
            dialog.dismiss();
        });
        Locator name = page.getByPlaceholder("Username");
        open(path, name);
        page.waitForLoadState(LoadState.NETWORKIDLE);
        name.fill(user);
        page.getByPlaceholder("Password").fill(user);
        page.locator("button[type=submit]").click();
        name.waitFor(new Locator.WaitForOptions().setState(WaitForSelectorState.DETACHED));
    }

    /** Opens a page, again if it did not come up. */
    final void open(String path, Locator sign) {
        for (int load = 1; ; load++) {
            page.navigate(base + path);
            try {
                sign.waitFor(new Locator.WaitForOptions().setTimeout(LOAD_MS * load));
                return;
            } catch (TimeoutError e) {
                if (load == LOADS) {
                    throw e;
                }
            }
        }
    }

    List<String> dialogs() {
        return List.copyOf(dialogs);
    }
}
