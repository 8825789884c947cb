package io.muster.steps.check;

import io.muster.inventory.Inventory;
import io.muster.remote.NameResolver;
import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.step.StepInfo;
import io.muster.steps.Attempts;
import io.muster.steps.Targets;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

@StepInfo(
        name = "checkDns",
        title = "Check a DNS name",
        description =
                "Asks for a name's records, of the environment's resolver or of one that is named, and compares them with"
                        + " the expected ones; without any, it must merely have records.",
        category = "Check",
        changes = false,
        afterCrash = AfterCrash.REPEAT,
        errors = {Reason.CHECK_FAILED, CheckDns.NAME_NOT_FOUND})
public class CheckDns implements Step<CheckDns.Input, CheckDns.Output> {

    static final String NAME_NOT_FOUND = "NameNotFound";

    public record Input(
            @NotBlank @Field(label = "Name", example = "notes.example") String name,
            @Pattern(
                            regexp = "A|AAAA|CNAME|MX|TXT|PTR|SRV|NS",
                            message = "must be A, AAAA, CNAME, MX, TXT, PTR, SRV or NS")
                    @Field(label = "Type", defaultValue = "A")
                    String type,
            @Field(
                            label = "Expected",
                            description = "One record per line, in any order; there may be no others.",
                            example = "192.0.2.10",
                            multiline = true)
                    List<String> expected,
            @Field(
                            label = "Resolver",
                            description = "host or host:port of the name server; the environment's when empty.",
                            example = "192.0.2.53")
                    String resolver,
            @Field(
                            label = "Within",
                            description = "How long it may take to come true, ISO-8601.",
                            defaultValue = "PT0S")
                    Duration within) {}

    public record Output(@Field(label = "Records", description = "As text, sorted.") List<String> records) {}

    private final Targets targets;
    private final NameResolver resolver;

    CheckDns(Targets targets, NameResolver resolver) {
        this.targets = targets;
        this.resolver = resolver;
    }

    @Override
    public String target(Input input) {
        return input.name();
    }

    @Override
    public Output run(Input input, StepContext context) {
        Inventory.Environment environment = targets.environmentOrNone(context);
        return Attempts.within(input.within(), context, () -> look(input, environment, context));
    }

    private Output look(Input input, Inventory.Environment environment, StepContext context) {
        List<String> records =
                resolver.records(environment, input.name(), input.type(), Optional.ofNullable(input.resolver()));
        context.log().info(input.name() + " " + input.type() + ": " + String.join(", ", records));
        List<String> found = records.stream()
                .map(record -> plain(input.type(), record))
                .sorted()
                .toList();
        List<String> wanted = input.expected().stream()
                .map(record -> plain(input.type(), record))
                .sorted()
                .toList();
        if (records.isEmpty() || (!wanted.isEmpty() && !found.equals(wanted))) {
            List<String> missing = new ArrayList<>(wanted);
            missing.removeAll(found);
            List<String> extra = new ArrayList<>(found);
            extra.removeAll(wanted);
            throw new StepFailure.Rejected(
                    Reason.CHECK_FAILED,
                    input.name() + " has " + input.type() + " records [" + String.join(", ", records) + "]"
                            + (missing.isEmpty() ? "" : ", missing: " + String.join(", ", missing))
                            + (extra.isEmpty() || wanted.isEmpty() ? "" : ", not expected: " + String.join(", ", extra))
                            + ". Mend the zone (or wait for old answers to expire), then retry.");
        }
        return new Output(records);
    }

    /** Names compare without case and without the root's dot, addresses in whatever form, texts as they are. */
    private static String plain(String type, String record) {
        String trimmed = record.trim();
        if (type.equals("TXT")) {
            return trimmed;
        }
        String lower = trimmed.toLowerCase(Locale.ROOT);
        if (type.equals("AAAA") && lower.matches("[0-9a-f.:]*:[0-9a-f.:]*")) {
            return address(lower);
        }
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }

    /** {@code ::1} and {@code 0:0:0:0:0:0:0:1} are one. Never looks a name up: the text has colons. */
    private static String address(String text) {
        try {
            return InetAddress.getByName(text).getHostAddress();
        } catch (UnknownHostException e) {
            return text;
        }
    }
}
