package io.muster.sandbox.notes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Whether the service can do its work: its data is of a format that it reads, and the volume takes writes. */
final class Health {
    private final Release release;
    private final Path data;
    private final Path result;
    private final Clock clock;
    private final Instant startedAt;
    private final Optional<String> broken;

    /** @param broken why the service could not open its data, if it could not */
    Health(Release release, Path data, Path run, Clock clock, Optional<String> broken) {
        this.release = release;
        this.data = data;
        this.result = run.resolve("health");
        this.clock = clock;
        this.startedAt = clock.instant();
        this.broken = broken;
    }

    /** Empty when all is well, else what is wrong. */
    Optional<String> problem() {
        if (broken.isPresent()) {
            return broken;
        }
        if (release.faultAfter()
                .filter(after -> !clock.instant().isBefore(startedAt.plus(after)))
                .isPresent()) {
            return Optional.of("release " + release.version() + " breaks down on purpose "
                    + release.faultAfter().get().toSeconds() + " s after its start");
        }
        return unwritable();
    }

    /** One at a time: requests and the publisher share the probe file. */
    private synchronized Optional<String> unwritable() {
        Path probe = data.resolve(".probe");
        try {
            DurableFiles.write(probe, clock.instant() + "\n");
            Files.delete(probe);
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("cannot write to " + data + ": " + e);
        }
    }

    static Map<String, Object> report(Release release, Optional<String> problem) {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("status", problem.isEmpty() ? "UP" : "DOWN");
        report.put("version", release.version());
        problem.ifPresent(why -> report.put("reason", why));
        return report;
    }

    /** Leaves the result for the container's health check: state, seconds since 1970, reason. */
    void publish() throws IOException {
        Optional<String> problem = problem();
        String line = (problem.isEmpty() ? "UP " : "DOWN ") + clock.instant().getEpochSecond() + " "
                + problem.orElse("version " + release.version()).replaceAll("\\s+", " ");
        Path temporary = result.resolveSibling("health.tmp");
        Files.writeString(temporary, line + "\n");
        Files.move(temporary, result, StandardCopyOption.ATOMIC_MOVE);
    }
}
