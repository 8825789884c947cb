package io.muster.steps.volume;

import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.util.List;
import java.util.regex.Pattern;

/** Volumes as a service's inventory entry writes them: {@code source:target[:ro]}. */
final class Volumes {

    private static final Pattern FORM = Pattern.compile("/[^:\\n]*:/[^:\\n]*(:ro|:rw)?");

    private Volumes() {}

    /** Directories or files of the host that hold a service's state: those that it may write. */
    static List<String> state(List<String> volumes) {
        return volumes.stream()
                .filter(volume -> !check(volume).endsWith(":ro"))
                .map(Volumes::source)
                .map(Volumes::notAll)
                .distinct()
                .toList();
    }

    /** Directories or files of the host that it may only read: configuration, which others put there. */
    static List<String> readOnly(List<String> volumes) {
        return volumes.stream()
                .filter(volume -> check(volume).endsWith(":ro"))
                .map(Volumes::source)
                .distinct()
                .toList();
    }

    private static String source(String volume) {
        String path = volume.strip().split(":", -1)[0].replaceAll("/+$", "");
        return path.isEmpty() ? "/" : path;
    }

    private static String notAll(String path) {
        if (path.equals("/")) {
            throw new StepFailure.Rejected(
                    Reason.INVALID_INPUT,
                    "A volume is the whole file system of its host: that is no service's data. Name a directory in"
                            + " the inventory.");
        }
        return path;
    }

    private static String check(String volume) {
        String text = volume.strip();
        if (!FORM.matcher(text).matches() || List.of(text.split("[:/]")).contains("..")) {
            throw new StepFailure.Rejected(
                    Reason.INVALID_INPUT,
                    "Volume '" + volume + "' must be source:target or source:target:ro with absolute paths without"
                            + " `..`. Mend `volumes` in the inventory.");
        }
        return text;
    }
}
