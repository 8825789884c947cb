package io.muster.steps.ssh;

import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.io.IOException;
import java.nio.file.Path;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** The one directory of this server that steps read from and write to. */
@Component
final class Files {

    private final Path root;

    Files(@Value("${muster.files-dir:${muster.data-dir:./data}/files}") String root) {
        this.root = Path.of(root).toAbsolutePath().normalize();
    }

    /** As {@link #resolve}, and where the path is a link, what it leads to must be below the directory too. */
    Path existing(String relative) {
        Path path = resolve(relative);
        try {
            if (java.nio.file.Files.exists(path) && !path.toRealPath().startsWith(root.toRealPath())) {
                throw leadsOut(relative);
            }
        } catch (IOException e) {
            throw new StepFailure.Fatal(
                    Reason.PERMISSION_DENIED, "Cannot use " + path + " on this server: " + e.getMessage(), e);
        }
        return path;
    }

    private static StepFailure leadsOut(String relative) {
        return new StepFailure.Rejected(
                Reason.INVALID_INPUT, "'" + relative + "' leads out of the files directory through a link.");
    }

    /** A path below the files directory, its parent created. */
    Path resolve(String relative) {
        Path path = root.resolve(relative).normalize();
        if (!path.startsWith(root) || path.equals(root)) {
            throw new StepFailure.Rejected(
                    Reason.INVALID_INPUT,
                    "'" + relative + "' is not below the files directory " + root
                            + "; give a relative path without `..`.");
        }
        try {
            java.nio.file.Files.createDirectories(path.getParent());
            if (!path.getParent().toRealPath().startsWith(root.toRealPath())) {
                throw leadsOut(relative);
            }
        } catch (IOException e) {
            throw new StepFailure.Fatal(
                    Reason.PERMISSION_DENIED,
                    "Cannot use " + path.getParent() + " on this server: " + e.getMessage(),
                    e);
        }
        return path;
    }
}
