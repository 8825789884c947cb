package io.muster.steps.external;

import io.muster.steps.Markdown;
import java.time.Instant;
import java.util.List;

/**
 * What was seen from outside, criterion by criterion.
 *
 * @param from where it was seen from, as people name it
 */
record Seen(String service, String url, String from, List<Criterion> criteria) {

    static final String DOCUMENT = "external.md";

    static final String NOT_ASKED = "not asked";

    /** @param judged true, false, or {@link #NOT_ASKED} with the reason as evidence */
    record Criterion(String name, String text, String judged, String evidence) {
        Criterion(String name, String text, boolean met, String evidence) {
            this(name, text, Boolean.toString(met), evidence);
        }

        boolean met() {
            return judged.equals("true");
        }

        boolean asked() {
            return !judged.equals(NOT_ASKED);
        }

        /** As {@code criteriaCheck} reads it. */
        String line() {
            return name + " | " + text + " | " + judged + " | " + evidence.replaceAll("\\s+", " ");
        }

        String shown() {
            return met() ? "met" : asked() ? "**not met**" : NOT_ASKED;
        }
    }

    int met() {
        return (int) criteria.stream().filter(Criterion::met).count();
    }

    int asked() {
        return (int) criteria.stream().filter(Criterion::asked).count();
    }

    /** Of what was asked. */
    double percent() {
        return asked() == 0 ? 0 : Math.round(1000.0 * met() / asked()) / 10.0;
    }

    List<String> lines() {
        return criteria.stream().map(Criterion::line).toList();
    }

    String summary() {
        List<String> failed = criteria.stream()
                .filter(criterion -> criterion.asked() && !criterion.met())
                .map(criterion -> criterion.text() + ": " + criterion.evidence())
                .toList();
        return met() + " of " + asked() + " criteria are met from " + from
                + (failed.isEmpty() ? "" : ". Not met: " + String.join("; ", failed));
    }

    String document(Instant at, String runId) {
        StringBuilder text = new StringBuilder("# External verification of " + Markdown.inline(service) + "\n\n");
        text.append("| | |\n|---|---|\n| URL | ").append(Markdown.inline(url)).append(" |\n| Seen from | ");
        text.append(Markdown.inline(from)).append(" |\n| When | ").append(Markdown.time(at));
        text.append(" |\n| Run | ").append(runId).append(" |\n| Success | ");
        text.append(percent()).append(" % (").append(met()).append(" of ").append(asked());
        text.append(") |\n\n| Criterion | Result | Evidence |\n|---|---|---|\n");
        criteria.forEach(criterion -> text.append("| ")
                .append(Markdown.inline(criterion.text()))
                .append(" | ")
                .append(criterion.shown())
                .append(" | ")
                .append(Markdown.inline(criterion.evidence()))
                .append(" |\n"));
        return text.toString();
    }
}
