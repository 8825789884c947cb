package io.muster.steps.backup;

import io.muster.step.ByteSize;
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
}
