package io.muster.steps.external;

import io.muster.inventory.External;
import io.muster.inventory.Inventory;
import io.muster.inventory.Vantage;
import io.muster.remote.OutsideProbe;
import io.muster.remote.SshHosts;
import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.step.StepInfo;
import io.muster.steps.Targets;
import jakarta.validation.constraints.NotBlank;
import java.time.Duration;
import java.time.Instant;

@StepInfo(
        name = "externalVerify",
        title = "Verify from outside",
        description =
                "Looks at a service from the environment's `vantage` host, over connections that leave from there: the"
                        + " name as the vantage's resolvers tell it, the certificate (trusted, for the name, valid for some days), and"
                        + " the answer of the URL. The host needs an SSH server that forwards TCP, and no tools. Each criterion is a"
                        + " line, and `external.md` is kept with the run. It succeeds whatever it sees: look at `percent`.",
        category = "External",
        changes = false,
        afterCrash = AfterCrash.REPEAT,
        timeout = "PT5M",
        errors = {Reason.NOT_IN_INVENTORY, Reason.HOST_UNREACHABLE})
public class ExternalVerify implements Step<ExternalVerify.Input, ExternalOutput> {

    public record Input(
            @NotBlank @Field(label = "Service", description = "A service of the run's environment.", example = "notes")
                    String service,
            @Field(label = "Within", description = "How long it may take to come true.", defaultValue = "PT0S")
                    Duration within,
            @Field(label = "Answer within", description = "Time limit of each look.", defaultValue = "PT15S")
                    Duration answerWithin) {}

    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Targets targets;
    private final OutsideProbe probe;

    ExternalVerify(Targets targets, OutsideProbe probe) {
        this.targets = targets;
        this.probe = probe;
    }

    @Override
    public String target(Input input) {
        return input.service();
    }

    @Override
    public ExternalOutput run(Input input, StepContext context) {
        Inventory.Environment environment = targets.environment(context);
        External expected = Expectation.of(targets.service(context, input.service()));
        Vantage vantage = environment
                .facilities()
                .vantage()
                .orElseThrow(() -> new StepFailure.Rejected(
                        Reason.NOT_IN_INVENTORY,
                        "Environment '" + environment.name()
                                + "' has no `vantage` host in the inventory, and from here is not from"
                                + " outside. Add `vantage: {host: …}`, or let a person look."));
        SshHosts.Target from = targets.ssh(context, vantage.host());
        Look look = new Look(probe, from, vantage, expected, input.answerWithin());
        Instant until = context.clock().instant().plus(input.within());
        Seen seen = new Seen(
                input.service(),
                expected.url(),
                vantage.host(),
                look.all(context.clock().instant()));
        while (seen.met() < seen.asked() && context.clock().instant().isBefore(until)) {
            context.log().info("Not yet: " + seen.summary());
            context.pause(PAUSE);
            seen = new Seen(
                    input.service(),
                    expected.url(),
                    vantage.host(),
                    look.all(context.clock().instant()));
        }
        seen.lines().forEach(line -> context.log().info(line));
        context.document(
                Seen.DOCUMENT,
                seen.document(context.clock().instant(), context.run().rootId()));
        return ExternalOutput.of(seen);
    }
}
