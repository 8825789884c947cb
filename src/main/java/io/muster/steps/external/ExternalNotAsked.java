package io.muster.steps.external;

import io.muster.inventory.Inventory;
import io.muster.remote.HttpProbe;
import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.step.StepInfo;
import io.muster.steps.Attempts;
import io.muster.steps.Targets;
import io.muster.steps.external.Seen.Criterion;
import jakarta.validation.constraints.NotBlank;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

@StepInfo(
        name = "externalNotAsked",
        title = "Verify a service that nobody uses from outside",
        description =
                "For a service without `external`: what can only be seen from outside is *not asked*, with the reason, and"
                        + " its health URL is asked by this server, for the service must answer somebody. Each criterion is a"
                        + " line, and `external.md` is kept with the run. It succeeds whatever it sees: look at `accessible`,"
                        + " which is false where the health URL does not answer as expected. A service with `external` is"
                        + " refused.",
        category = "External",
        changes = false,
        afterCrash = AfterCrash.REPEAT,
        timeout = "PT5M",
        errors = {Reason.CONFLICT, Reason.NOT_IN_INVENTORY})
public class ExternalNotAsked implements Step<ExternalNotAsked.Input, ExternalOutput> {

    public record Input(
            @NotBlank
                    @Field(
                            label = "Service",
                            description = "A service of the run's environment.",
                            example = "notes-team")
                    String service,
            @Field(label = "Within", description = "How long it may take to come true.", defaultValue = "PT0S")
                    Duration within,
            @Field(label = "Answer within", description = "Time limit of each look.", defaultValue = "PT15S")
                    Duration answerWithin) {}

    private static final int MAX_BODY = 1 << 20;
    private static final String RESPONDS = "Service responds correctly to requests";

    private final Targets targets;
    private final HttpProbe http;

    ExternalNotAsked(Targets targets, HttpProbe http) {
        this.targets = targets;
        this.http = http;
    }

    @Override
    public String target(Input input) {
        return input.service();
    }

    @Override
    public ExternalOutput run(Input input, StepContext context) {
        Inventory.Service service = targets.service(context, input.service());
        service.qualification().external().ifPresent(external -> {
            throw new StepFailure.Rejected(
                    Reason.CONFLICT,
                    "Service '" + service.name() + "' has `external` in the inventory (" + external.url()
                            + "), so it must be seen from outside: use `externalVerify` or `externalRecord`.");
        });
        String why = Expectation.nothing(service);
        List<Criterion> criteria = new ArrayList<>(List.of(
                notAsked("dns", "DNS resolves correctly from external resolvers", why),
                notAsked("https", "Service accessible via HTTPS from internet", why),
                notAsked("available", "External testing service confirms availability", why),
                notAsked("not-admin-network", "Mobile data test passes (not admin network)", why),
                notAsked("certificate", "SSL certificate valid and trusted", why)));
        Criterion responds = service.health()
                .map(health -> responds(health, input, context))
                .orElse(notAsked("responds", RESPONDS, why + ", and no `health` either"));
        criteria.add(responds);
        Seen seen = new Seen(service.name(), "none from outside", "nowhere outside", criteria);
        seen.lines().forEach(line -> context.log().info(line));
        context.document(
                Seen.DOCUMENT,
                seen.document(context.clock().instant(), context.run().rootId()));
        return ExternalOutput.of(
                seen,
                -1,
                responds.asked() && !responds.met() ? "false" : Seen.NOT_ASKED,
                "From outside it is not asked: " + why + ". " + RESPONDS + ": " + responds.evidence());
    }

    private static Criterion notAsked(String name, String text, String why) {
        return new Criterion(name, text, Seen.NOT_ASKED, why);
    }

    private Criterion responds(Inventory.Health health, Input input, StepContext context) {
        String by = health.url() + ", asked by Muster's server, which is not outside: ";
        try {
            HttpProbe.Answer answer =
                    Attempts.within(input.within(), context, () -> asExpected(health, input, context));
            return new Criterion(
                    "responds",
                    RESPONDS,
                    true,
                    by + "status " + answer.status() + " in " + answer.took().toMillis() + " ms");
        } catch (StepFailure failure) {
            if (failure instanceof StepFailure.Fatal || failure.reason().equals(Reason.CANCELLED)) {
                throw failure;
            }
            return new Criterion("responds", RESPONDS, false, by + failure.getMessage());
        }
    }

    private HttpProbe.Answer asExpected(Inventory.Health health, Input input, StepContext context) {
        Duration limit =
                input.answerWithin().compareTo(context.remaining()) <= 0 ? input.answerWithin() : context.remaining();
        HttpProbe.Answer answer = http.send(
                targets.environment(context),
                new HttpProbe.Request("GET", health.url(), Map.of(), Optional.empty()),
                limit,
                MAX_BODY);
        List<String> wrong = Body.differences(health, answer);
        if (!wrong.isEmpty()) {
            throw new StepFailure.Rejected(Reason.CHECK_FAILED, String.join("; ", wrong));
        }
        return answer;
    }
}
