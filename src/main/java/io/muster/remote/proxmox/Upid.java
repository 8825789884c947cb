package io.muster.remote.proxmox;

import io.muster.inventory.Inventory;
import io.muster.step.StepFailure;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The name of a task; the node that runs it is in it, and only that node is asked for it. */
record Upid(String text, String node, String type, String id, String user) {

    private static final Pattern FORM =
            Pattern.compile("UPID:([^:/\\s]+):[0-9A-Fa-f]+:[0-9A-Fa-f]+:[0-9A-Fa-f]+:([^:/\\s]+):([^:/]*):([^:/]+):");

    static Upid parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new StepFailure.Fatal(
                    Refusal.PROXMOX_ERROR,
                    "Proxmox VE gave `" + text + "`, which is not the name of a task (UPID:node:…), so it cannot be"
                            + " followed. Look at the node's task list what was started.");
        }
        return new Upid(text, matcher.group(1), matcher.group(2), matcher.group(3), matcher.group(4));
    }

    /** Whether it was started with this node's credentials. */
    boolean isOf(Inventory.Node account) {
        return user.equals(account.tokenId())
                || account.login().filter(login -> login.user().equals(user)).isPresent();
    }

    String path() {
        return "/nodes/" + node + "/tasks/" + URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "task " + text;
    }
}
