package io.muster.steps.proxmox;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Hears from a backup's log in which mode it is taken: the node changes it without failing. */
final class BackupLog {

    private static final Pattern MODE = Pattern.compile("INFO: backup mode: (\\w+)");

    private static final String UNKNOWN = "unknown";

    private final String asked;
    private String mode = UNKNOWN;

    BackupLog(String asked) {
        this.asked = asked;
    }

    void hear(String line) {
        Matcher said = MODE.matcher(line);
        if (said.find()) {
            mode = said.group(1);
        }
    }

    /** {@code unknown} when no log said it. */
    String mode() {
        return mode;
    }

    boolean asAsked() {
        return mode.equals(asked);
    }
}
