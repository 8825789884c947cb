package io.muster.steps.backup;

import io.muster.step.ByteSize;
import java.time.Duration;
import java.util.stream.Collectors;

/** Backups in words. */
final class Reports {

    private Reports() {}

    /** A line for each file. */
    static String files(Manifest manifest) {
        return manifest.files().stream()
                .map(file -> file.name() + " (" + file.type() + " of " + file.of() + " on " + file.host() + "): "
                        + new ByteSize(file.bytes()) + ", SHA-256 " + file.sha256() + ", " + file.verified())
                .collect(Collectors.joining("\n"));
    }

    /** {@code 2 d 3 h}, {@code 4 min}, {@code 5.6 s}. */
    static String time(Duration time) {
        if (time.toDays() > 0) {
            return time.toDays() + " d " + time.toHoursPart() + " h";
        }
        if (time.toHours() > 0) {
            return time.toHours() + " h " + time.toMinutesPart() + " min";
        }
        return time.toMinutes() > 0
                ? time.toMinutes() + " min " + time.toSecondsPart() + " s"
                : time.toMillis() / 1000.0 + " s";
    }
}
