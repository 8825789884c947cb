package io.muster.steps.check;

import io.muster.inventory.Inventory;
import io.muster.remote.TlsProbe;
import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.step.StepInfo;
import io.muster.steps.Targets;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.PositiveOrZero;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

@StepInfo(
        name = "checkTls",
        title = "Check a TLS certificate",
        description =
                "Connects to a TLS server and checks that its certificate is trusted by the environment, is for the name,"
                        + " and is valid for some days more. Says everything that is wrong at once.",
        category = "Check",
        changes = false,
        afterCrash = AfterCrash.REPEAT,
        errors = {Reason.CHECK_FAILED, Reason.HOST_UNREACHABLE})
public class CheckTls implements Step<CheckTls.Input, CheckTls.Output> {

    private static final Duration CONNECT = Duration.ofSeconds(10);

    public record Input(
            @NotBlank @Field(label = "Address", description = "Name or IP address.", example = "notes.example")
                    String address,
            @Min(1) @Max(65535) @Field(label = "Port", defaultValue = "443") int port,
            @Field(
                            label = "Server name",
                            description = "The name that the certificate must be for; the address when empty.",
                            example = "notes.example")
                    String serverName,
            @PositiveOrZero
                    @Field(
                            label = "Days left",
                            description = "It must be valid for at least so many days.",
                            defaultValue = "14")
                    int minimumDays) {}

    public record Output(
            @Field(label = "Days left") long daysLeft,
            @Field(label = "Not after", description = "ISO-8601.") String notAfter,
            @Field(label = "Subject") String subject,
            @Field(label = "Issuer") String issuer) {}

    private final Targets targets;
    private final TlsProbe probe;

    CheckTls(Targets targets, TlsProbe probe) {
        this.targets = targets;
        this.probe = probe;
    }

    @Override
    public String target(Input input) {
        return input.address() + ":" + input.port();
    }

    @Override
    public Output run(Input input, StepContext context) {
        Inventory.Environment environment = targets.environmentOrNone(context);
        TlsProbe.Shown shown = probe.look(
                environment, input.address(), input.port(), Optional.ofNullable(input.serverName()), CONNECT);
        TlsProbe.Certificate own = shown.own();
        long days = ChronoUnit.DAYS.between(context.clock().instant(), own.notAfter());
        context.log()
                .info(target(input) + " shows " + own.subject() + " by " + own.issuer() + ", valid until "
                        + own.notAfter() + ", SHA-256 " + own.sha256());
        List<String> wrong = new ArrayList<>();
        shown.distrust().ifPresent(why -> wrong.add("it is not trusted: " + why));
        if (!shown.nameMatches()) {
            wrong.add("it is for " + (own.names().isEmpty() ? "no name" : String.join(", ", own.names())) + ", not for "
                    + Optional.ofNullable(input.serverName()).orElse(input.address()));
        }
        if (!context.clock().instant().isBefore(own.notAfter())) {
            wrong.add("it ended at " + own.notAfter() + ", " + -days + " days ago");
        } else if (days < input.minimumDays()) {
            wrong.add("it ends at " + own.notAfter() + ", in " + days + " days; at least " + input.minimumDays()
                    + " wanted");
        }
        if (!wrong.isEmpty()) {
            throw new StepFailure.Rejected(
                    Reason.CHECK_FAILED,
                    "The certificate of " + target(input) + " (" + own.subject() + ") is not as expected: "
                            + String.join("; ", wrong) + ". Renew or replace it, then retry.");
        }
        return new Output(days, own.notAfter().toString(), own.subject(), own.issuer());
    }
}
