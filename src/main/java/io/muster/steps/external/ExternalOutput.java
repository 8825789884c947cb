package io.muster.steps.external;

import io.muster.step.Field;
import java.util.List;

/** What both ways of looking give. */
public record ExternalOutput(
        @Field(label = "Met") int passed,
        @Field(label = "Asked") int total,
        @Field(label = "Percent", description = "Of the criteria that are met.") double percent,
        @Field(label = "Findings", description = "name | text | true or false | evidence, one per line.")
                List<String> findings,
        @Field(label = "Report", description = "Its document's name.") String report,
        @Field(label = "Summary", description = "One sentence.") String summary) {

    static ExternalOutput of(Seen seen) {
        return new ExternalOutput(
                seen.met(), seen.criteria().size(), seen.percent(), seen.lines(), Seen.DOCUMENT, seen.summary());
    }
}
