package io.muster.steps.external;

import io.muster.step.Field;
import java.util.List;

/** What both ways of looking give. */
public record ExternalOutput(
        @Field(label = "Met") int passed,
        @Field(label = "Asked") int total,
        @Field(label = "Percent", description = "Of the criteria that are met; -1 where nothing is asked from outside.")
                double percent,
        @Field(
                        label = "Accessible",
                        description = "As `criteriaCheck` reads it: true, false, or not asked from outside.")
                String accessible,
        @Field(label = "Findings", description = "name | text | true or false | evidence, one per line.")
                List<String> findings,
        @Field(label = "Findings of a person", description = "As the findings; what a person saw is in here alone.")
                List<String> byPerson,
        @Field(label = "Report", description = "Its document's name.") String report,
        @Field(label = "Summary", description = "One sentence.") String summary) {

    static ExternalOutput of(Seen seen) {
        return of(
                seen, seen.percent(), Boolean.toString(seen.asked() > 0 && seen.met() == seen.asked()), seen.summary());
    }

    static ExternalOutput of(Seen seen, double percent, String accessible, String summary) {
        return new ExternalOutput(
                seen.met(), seen.asked(), percent, accessible, seen.lines(), List.of(), Seen.DOCUMENT, summary);
    }

    /** What a person saw, and no machine. */
    ExternalOutput seenByPerson() {
        return new ExternalOutput(passed, total, percent, accessible, List.of(), findings, report, summary);
    }
}
