package io.muster.steps.external;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/**
 * What was seen from outside, criterion by criterion.
 *
 * @param from where it was seen from, as people name it
 */
record Seen(String service, String url, String from, List<Criterion> criteria) {

    static final String DOCUMENT = "external.md";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'").withZone(ZoneOffset.UTC);

    record Criterion(String name, String text, boolean met, String evidence) {
        /** As {@code criteriaCheck} reads it. */
        String line() {
            return name + " | " + text + " | " + met + " | " + evidence.replaceAll("\\s+", " ");
        }
    }

    int met() {
        return (int) criteria.stream().filter(Criterion::met).count();
    }

    double percent() {
        return criteria.isEmpty() ? 0 : Math.round(1000.0 * met() / criteria.size()) / 10.0;
    }

    List<String> lines() {
        return criteria.stream().map(Criterion::line).toList();
    }

    String summary() {
        List<String> failed = criteria.stream()
                .filter(criterion -> !criterion.met())
                .map(criterion -> criterion.text() + ": " + criterion.evidence())
                .toList();
        return met() + " of " + criteria.size() + " criteria are met from " + from
                + (failed.isEmpty() ? "" : ". Not met: " + String.join("; ", failed));
    }

    String document(Instant at, String runId) {
        StringBuilder text = new StringBuilder("# External verification of " + plain(service) + "\n\n");
        text.append("| | |\n|---|---|\n| URL | ").append(plain(url)).append(" |\n| Seen from | ");
        text.append(plain(from)).append(" |\n| When | ").append(TIME.format(at));
        text.append(" |\n| Run | ").append(runId).append(" |\n| Success | ");
        text.append(percent()).append(" % (").append(met()).append(" of ").append(criteria.size());
        text.append(") |\n\n| Criterion | Result | Evidence |\n|---|---|---|\n");
        criteria.forEach(criterion -> text.append("| ")
                .append(plain(criterion.text()))
                .append(" | ")
                .append(criterion.met() ? "met" : "**not met**")
                .append(" | ")
                .append(plain(criterion.evidence()))
                .append(" |\n"));
        return text.toString();
    }

    private static String plain(String text) {
        return text.replace("\\", "\\\\")
                .replaceAll("([`*_\\[\\]<>|#])", "\\\\$1")
                .replaceAll("\\s*\\R\\s*", " ")
                .strip();
    }
}
