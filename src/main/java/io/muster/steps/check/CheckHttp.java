package io.muster.steps.check;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.jayway.jsonpath.Configuration;
import com.jayway.jsonpath.InvalidPathException;
import com.jayway.jsonpath.JsonPath;
import com.jayway.jsonpath.PathNotFoundException;
import com.jayway.jsonpath.spi.json.JacksonJsonProvider;
import com.jayway.jsonpath.spi.mapper.JacksonMappingProvider;
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
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

@StepInfo(
        name = "checkHttp",
        title = "Check an HTTP endpoint",
        description =
                "Asks a URL and checks the status, the body and a JSON path, each where it is given. Names go through the"
                        + " environment's resolver, certificates against its trust. Redirects are not followed.",
        category = "Check",
        changes = false,
        afterCrash = AfterCrash.REPEAT,
        errors = {Reason.CHECK_FAILED, Reason.CERTIFICATE_UNTRUSTED})
public class CheckHttp implements Step<CheckHttp.Input, CheckHttp.Output> {

    private static final int MAX_BODY = 1 << 20;
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final Configuration TREES = Configuration.builder()
            .jsonProvider(new JacksonJsonProvider(MAPPER))
            .mappingProvider(new JacksonMappingProvider(MAPPER))
            .build();

    public record Input(
            @NotBlank
                    @Pattern(regexp = "https?://.+", message = "must be an http:// or https:// URL")
                    @Field(label = "URL", example = "https://notes.example/health")
                    String url,
            @Pattern(regexp = "GET|HEAD|OPTIONS", message = "must be GET, HEAD or OPTIONS: a check changes nothing")
                    @Field(label = "Method", defaultValue = "GET")
                    String method,
            @Field(
                            label = "Headers",
                            description = "One Name=value per line.",
                            example = "Accept=application/json",
                            multiline = true)
                    Map<String, String> headers,
            @Min(100) @Max(599) @Field(label = "Status", description = "The expected status.", defaultValue = "200")
                    int status,
            @Field(label = "Body contains", description = "Text that the body must contain.", example = "UP")
                    String bodyContains,
            @Field(label = "JSON path", description = "A JSON path that must exist in the body.", example = "$.status")
                    String jsonPath,
            @Field(label = "JSON value", description = "What is at that path, as text.", example = "UP")
                    String jsonValue,
            @Field(
                            label = "Within",
                            description = "How long it may take to come true, ISO-8601.",
                            defaultValue = "PT0S")
                    Duration within,
            @Field(
                            label = "Answer within",
                            description = "Time limit of one request, ISO-8601.",
                            defaultValue = "PT10S")
                    Duration answerWithin) {}

    public record Output(
            @Field(label = "Status") int status,
            @Field(label = "Milliseconds", description = "How long the answer took.") long milliseconds,
            @Field(label = "JSON value", description = "What is at the JSON path, as text; empty without one.")
                    String value) {}

    private final Targets targets;
    private final HttpProbe probe;

    CheckHttp(Targets targets, HttpProbe probe) {
        this.targets = targets;
        this.probe = probe;
    }

    @Override
    public String target(Input input) {
        return input.url();
    }

    @Override
    public Output run(Input input, StepContext context) {
        JsonPath path = compile(input);
        Inventory.Environment environment = targets.environmentOrNone(context);
        return Attempts.within(input.within(), context, () -> look(input, path, environment, context));
    }

    private static JsonPath compile(Input input) {
        if (input.jsonPath() == null) {
            if (input.jsonValue() != null) {
                throw new StepFailure.Rejected(
                        Reason.INVALID_INPUT, "`jsonValue` is given without `jsonPath`: say where to look.");
            }
            return null;
        }
        try {
            return JsonPath.compile(input.jsonPath());
        } catch (InvalidPathException e) {
            throw new StepFailure.Rejected(
                    Reason.INVALID_INPUT,
                    "`jsonPath` '" + input.jsonPath() + "' is no JSON path: " + e.getMessage(),
                    e);
        }
    }

    private Output look(Input input, JsonPath path, Inventory.Environment environment, StepContext context) {
        HttpProbe.Answer answer = probe.send(
                environment,
                new HttpProbe.Request(input.method(), input.url(), input.headers(), Optional.empty()),
                shorter(input.answerWithin(), context.remaining()),
                MAX_BODY);
        context.log()
                .info(input.method() + " " + input.url() + ": " + answer.status() + " in "
                        + answer.took().toMillis() + " ms");
        List<String> wrong = new ArrayList<>();
        if (answer.status() != input.status()) {
            wrong.add("status " + answer.status() + " instead of " + input.status());
        }
        if (input.bodyContains() != null && !answer.body().contains(input.bodyContains())) {
            wrong.add("the body does not contain '" + input.bodyContains() + "'"
                    + (answer.truncated() ? " in its first MiB" : ""));
        }
        Optional<String> value = Optional.empty();
        if (path != null) {
            try {
                Object tree = MAPPER.readValue(answer.body(), Object.class);
                value = value(path, tree);
                compare(input, value, wrong, context);
            } catch (JsonProcessingException e) {
                wrong.add("the body is not JSON" + (answer.truncated() ? " (it is longer than a MiB)" : "")
                        + ", so there is nothing at " + input.jsonPath());
            }
        }
        if (!wrong.isEmpty()) {
            throw new StepFailure.Rejected(
                    Reason.CHECK_FAILED,
                    input.url() + " did not answer as expected: " + String.join("; ", wrong) + ". "
                            + quote(context.masked(answer.body()))
                            + "Mend the service or the expectation, then retry.");
        }
        return new Output(answer.status(), answer.took().toMillis(), value.orElse(""));
    }

    private static void compare(Input input, Optional<String> value, List<String> wrong, StepContext context) {
        if (value.isEmpty()) {
            wrong.add("there is nothing at " + input.jsonPath());
        } else if (input.jsonValue() != null && !value.get().equals(input.jsonValue())) {
            wrong.add(input.jsonPath() + " is '" + shown(context.masked(value.get())) + "' instead of '"
                    + input.jsonValue() + "'");
        }
    }

    /** Text as it is, all else as JSON. What may match several times is there when it matches once, alone then. */
    private static Optional<String> value(JsonPath path, Object tree) throws JsonProcessingException {
        try {
            Object found = JsonPath.using(TREES).parse(tree).read(path);
            if (!path.isDefinite() && found instanceof List<?> matches && matches.size() < 2) {
                return matches.isEmpty() ? Optional.empty() : Optional.of(text(matches.get(0)));
            }
            return Optional.of(text(found));
        } catch (PathNotFoundException e) {
            return Optional.empty();
        }
    }

    private static String text(Object value) throws JsonProcessingException {
        return value instanceof String text ? text : MAPPER.writeValueAsString(value);
    }

    /** Of what is masked already: a secret that is cut is not known any more. */
    private static String shown(String text) {
        return text.length() > 300 ? text.substring(0, 300) + "…" : text;
    }

    private static String quote(String body) {
        String text = body.strip();
        return text.isEmpty() ? "" : "It said: \"" + shown(text) + "\". ";
    }

    private static Duration shorter(Duration first, Duration second) {
        return first.compareTo(second) <= 0 ? first : second;
    }
}
