package io.muster.steps.backup;

import io.muster.step.ByteSize;
import io.muster.steps.GuestArchives;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Backups in words. */
final class Reports {

    private Reports() {}

    /** A line for each file. */
    static String files(Manifest manifest) {
        return Stream.concat(
                        manifest.files().stream().map(Reports::file),
                        manifest.archives().stream().map(Reports::archive))
                .collect(Collectors.joining("\n"));
    }

    private static String file(Manifest.Entry file) {
        return file.name() + " (" + file.type() + " of " + file.of() + " on " + file.host() + "): "
                + new ByteSize(file.bytes()) + ", SHA-256 " + file.sha256() + ", " + file.verified();
    }

    private static String archive(Manifest.Archive archive) {
        GuestArchives.Archive kept = archive.kept();
        return archive.item() + " (vzdump of LXC container " + kept.vmid() + ", " + kept.hostname() + ", on node "
                + kept.node() + "): " + kept.volume() + ", " + new ByteSize(kept.bytes()) + ", " + kept.task() + ", "
                + archive.verified();
    }

    /** {@code 2 files and 1 archive}. */
    static String count(Manifest manifest) {
        int files = manifest.files().size();
        int archives = manifest.archives().size();
        String counted = files + (files == 1 ? " file" : " files");
        return archives == 0 ? counted : counted + " and " + archives + (archives == 1 ? " archive" : " archives");
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
