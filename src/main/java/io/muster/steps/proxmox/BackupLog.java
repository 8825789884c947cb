package io.muster.steps.proxmox;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Hears from a backup's log in which mode it is taken: the node changes it without failing. */
final class BackupLog {

    private static final Pattern MODE = Pattern.compile("INFO: backup mode: (\\w+)");

    private static final String UNKNOWN = "unknown";

    private static final Pattern SIZE = Pattern.compile("INFO: archive file size: (\\d+(?:\\.\\d+)?)(B|KB|MB|GB|TB)");

    private static final String UNITS = "BKMGT";

    private final String asked;
    private String mode = UNKNOWN;
    private String size = "";
    private String error = "";

    BackupLog(String asked) {
        this.asked = asked;
    }

    void hear(String line) {
        Matcher said = MODE.matcher(line);
        if (said.find()) {
            mode = said.group(1);
        }
        Matcher sized = SIZE.matcher(line);
        if (sized.find()) {
            size = sized.group(1) + sized.group(2);
        }
        if (line.startsWith("ERROR: ") || line.contains("No space left on device")) {
            error = error.isEmpty() ? line : error + "; " + line;
        }
    }

    /** What it calls errors; empty where there are none. */
    String error() {
        return error;
    }

    /** The archive's size as it says, {@code 70MB}; empty when no log said it. */
    String size() {
        return size;
    }

    /** Whether a size in bytes is what it says, which is cut after its last digit. */
    boolean sized(long bytes) {
        if (size.isEmpty()) {
            return true;
        }
        String digits = size.replaceAll("[A-Z]", "");
        double unit = Math.pow(1024, UNITS.indexOf(size.charAt(digits.length())));
        int point = digits.indexOf('.');
        double last = unit / Math.pow(10, point < 0 ? 0 : digits.length() - point - 1);
        return Math.abs(bytes - Double.parseDouble(digits) * unit) <= last;
    }

    /** {@code unknown} when no log said it. */
    String mode() {
        return mode;
    }

    boolean asAsked() {
        return mode.equals(asked);
    }
}
