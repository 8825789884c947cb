package io.muster.recovery;

import io.muster.notify.Notification;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Something that should have been done by now.
 *
 * @param dueAt empty where it was never done
 * @param testProves of a drill: whether a restore test is proof enough
 */
public record Overdue(String environment, String service, What what, Optional<Instant> dueAt, boolean testProves) {

    public enum What {
        DRILL,
        RESTORE_TEST,
        BACKUP
    }

    /** {@code environment/service}. */
    public String name() {
        return environment + "/" + service;
    }

    String text() {
        return switch (what) {
            case DRILL -> "The recovery of " + name()
                    + dueAt.map(at -> " should have been proven again by " + at)
                            .orElse(testProves ? " was never proven" : " was never proven by a qualification")
                    + (testProves
                            ? ". Start `restore-test` or `service-qualification`."
                            : ". Start `service-qualification`.");
            case RESTORE_TEST -> "A restore of " + name() + " should have been tested by "
                    + dueAt.map(Instant::toString).orElse("now")
                    + ". Look what became of the last `restore-test`, and start one.";
            case BACKUP -> "The newest backup of " + name()
                    + dueAt.map(at -> " is too old since " + at).orElse(" does not exist")
                    + ". Look what became of the last `service-backup`, and start one.";
        };
    }

    /** @param link where it is mended */
    Notification notification(String link) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("environment", environment);
        facts.put("service", service);
        facts.put("overdue", what.name());
        facts.put("url", link);
        facts.put("dueAt", dueAt.map(Instant::toString).orElse(""));
        String title =
                switch (what) {
                    case DRILL -> "Proof of recovery overdue: ";
                    case RESTORE_TEST -> "Restore test overdue: ";
                    case BACKUP -> "Backup overdue: ";
                };
        return new Notification(
                "overdue/" + what + "/" + name() + "/"
                        + dueAt.map(Instant::toString).orElse("never"),
                "overdue",
                title + name(),
                text() + " " + link,
                facts,
                false);
    }
}
