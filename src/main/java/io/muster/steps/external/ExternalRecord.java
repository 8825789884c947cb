package io.muster.steps.external;

import io.muster.inventory.External;
import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepInfo;
import io.muster.steps.Targets;
import io.muster.steps.external.Seen.Criterion;
import jakarta.validation.constraints.NotBlank;
import java.util.List;

@StepInfo(
        name = "externalRecord",
        title = "Record what a person saw from outside",
        description =
                "Keeps what a person who looked from outside (mobile data, another network) saw of each criterion, and"
                        + " how they looked, as `external.md`. What was not said counts as not met.",
        category = "External",
        changes = false,
        afterCrash = AfterCrash.REPEAT,
        errors = {Reason.NOT_IN_INVENTORY})
public class ExternalRecord implements Step<ExternalRecord.Input, ExternalOutput> {

    public record Input(
            @NotBlank @Field(label = "Service", description = "A service of the run's environment.", example = "notes")
                    String service,
            @Field(label = "HTTPS", description = "Accessible via HTTPS from internet.", defaultValue = "false")
                    boolean https,
            @Field(
                            label = "Available",
                            description = "An external testing service confirms it.",
                            defaultValue = "false")
                    boolean available,
            @Field(label = "Mobile data", description = "Passes over mobile data.", defaultValue = "false")
                    boolean mobile,
            @Field(label = "Responds", description = "Correctly to requests.", defaultValue = "false") boolean responds,
            @Field(label = "Certificate", description = "Valid and trusted.", defaultValue = "false")
                    boolean certificate,
            @Field(label = "DNS", description = "Resolves from external resolvers.", defaultValue = "false")
                    boolean dns,
            @NotBlank
                    @Field(
                            label = "How",
                            description = "With what, from where, when: evidence of each criterion.",
                            example = "curl over mobile data; SSL Labs says A.",
                            multiline = true)
                    String how) {}

    private final Targets targets;

    ExternalRecord(Targets targets) {
        this.targets = targets;
    }

    @Override
    public String target(Input input) {
        return input.service();
    }

    @Override
    public ExternalOutput run(Input input, StepContext context) {
        External expected = Expectation.of(targets.service(context, input.service()));
        Seen seen = new Seen(
                input.service(),
                expected.url(),
                "outside, by a person",
                List.of(
                        criterion("dns", "DNS resolves correctly from external resolvers", input.dns(), input),
                        criterion("https", "Service accessible via HTTPS from internet", input.https(), input),
                        criterion(
                                "available",
                                "External testing service confirms availability",
                                input.available(),
                                input),
                        criterion(
                                "not-admin-network",
                                "Mobile data test passes (not admin network)",
                                input.mobile(),
                                input),
                        criterion("responds", "Service responds correctly to requests", input.responds(), input),
                        criterion("certificate", "SSL certificate valid and trusted", input.certificate(), input)));
        seen.lines().forEach(line -> context.log().info(line));
        context.document(
                Seen.DOCUMENT,
                seen.document(context.clock().instant(), context.run().rootId()));
        return ExternalOutput.of(seen).seenByPerson();
    }

    private static Criterion criterion(String name, String text, boolean met, Input input) {
        return new Criterion(name, text, met, "a person says: " + input.how().strip());
    }
}
