package io.muster.steps.drill;

import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.RunTimes;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.step.StepInfo;
import jakarta.validation.constraints.NotBlank;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

@StepInfo(
        name = "timeSpan",
        title = "Measure a span of time",
        description =
                "Measures the time between two moments of the run, and for how much of it a task of the run, or of one"
                        + " that it called, waited for a person. Tasks that waited at the same time count once. Begun seconds count.",
        category = "Drill",
        changes = false,
        afterCrash = AfterCrash.REPEAT)
public class TimeSpan implements Step<TimeSpan.Input, TimeSpan.Output> {

    public record Input(
            @NotBlank @Field(label = "From", description = "ISO-8601.", example = "2026-01-01T10:00:00Z") String from,
            @Field(label = "To", description = "ISO-8601; empty: now.", example = "2026-01-01T10:12:00Z") String to) {}

    public record Output(
            @Field(label = "Seconds", description = "All of it.") long seconds,
            @Field(label = "Waiting for people", description = "Seconds.") long waitingSeconds,
            @Field(label = "Machine", description = "Seconds in which nobody was waited for.") long machineSeconds,
            @Field(label = "To", description = "ISO-8601.") String to,
            @Field(label = "Summary", description = "One sentence.") String summary) {}

    private final RunTimes times;

    TimeSpan(RunTimes times) {
        this.times = times;
    }

    @Override
    public String target(Input input) {
        return "time";
    }

    @Override
    public Output run(Input input, StepContext context) {
        Instant from = instant("from", input.from());
        Instant to = input.to() == null ? context.clock().instant() : instant("to", input.to());
        if (to.isBefore(from)) {
            throw new StepFailure.Rejected(
                    Reason.INVALID_INPUT,
                    "`to` (" + to + ") is before `from` (" + from
                            + "). Clocks that were set, or the diagram's two moments"
                            + " exchanged: mend what is wrong.");
        }
        Waiting span = Waiting.in(from, to, times.waits(context.run().rootId()));
        String summary = span.text() + ", from " + shown(from) + " to " + shown(to);
        context.log().info(summary + ".");
        return new Output(span.totalSeconds(), span.peopleSeconds(), span.machineSeconds(), to.toString(), summary);
    }

    /** As exactly as engines record. */
    private static Instant shown(Instant at) {
        return at.truncatedTo(ChronoUnit.MILLIS);
    }

    private static Instant instant(String name, String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new StepFailure.Rejected(
                    Reason.INVALID_INPUT,
                    "`" + name + "` is '" + text + "', which is no moment; give it like 2026-01-01T10:00:00Z.",
                    e);
        }
    }
}
