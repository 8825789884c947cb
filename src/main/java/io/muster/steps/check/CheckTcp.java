package io.muster.steps.check;

import io.muster.inventory.Inventory;
import io.muster.remote.TcpProbe;
import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepInfo;
import io.muster.steps.Attempts;
import io.muster.steps.Targets;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.time.Duration;

@StepInfo(
        name = "checkTcp",
        title = "Check a TCP port",
        description = "Connects from this server to a port and closes the connection again.",
        category = "Check",
        changes = false,
        afterCrash = AfterCrash.REPEAT,
        errors = {Reason.HOST_UNREACHABLE})
public class CheckTcp implements Step<CheckTcp.Input, CheckTcp.Output> {

    public record Input(
            @NotBlank @Field(label = "Address", description = "Name or IP address.", example = "notes.example")
                    String address,
            @Min(1) @Max(65535) @Field(label = "Port", example = "443") int port,
            @Field(
                            label = "Within",
                            description = "How long it may take to come true, ISO-8601.",
                            defaultValue = "PT0S")
                    Duration within,
            @Field(label = "Connect within", description = "Time limit of one try, ISO-8601.", defaultValue = "PT5S")
                    Duration connectWithin) {}

    public record Output(
            @Field(label = "Milliseconds", description = "How long the connection took.") long milliseconds) {}

    private final Targets targets;
    private final TcpProbe probe;

    CheckTcp(Targets targets, TcpProbe probe) {
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
        Duration took = Attempts.within(
                input.within(),
                context,
                () -> probe.connect(
                        environment,
                        input.address(),
                        input.port(),
                        shorter(input.connectWithin(), context.remaining())));
        context.log().info(target(input) + " accepts connections, " + took.toMillis() + " ms");
        return new Output(took.toMillis());
    }

    private static Duration shorter(Duration first, Duration second) {
        return first.compareTo(second) <= 0 ? first : second;
    }
}
