package io.muster.steps.message;

import io.muster.inventory.Inventory;
import io.muster.inventory.Secrets;
import io.muster.remote.HttpProbe;
import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.step.StepInfo;
import io.muster.steps.SecretValues;
import io.muster.steps.Targets;
import jakarta.validation.constraints.NotBlank;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

@StepInfo(
        name = "webhook",
        title = "Call a webhook",
        description =
                "Sends a body to a URL and expects an answer of 200 to 299. At least once: after a crash or a lost answer"
                        + " it may be sent again, always with the same id in the header `Muster-Step-Run`, so that the receiver can tell.",
        category = "Message",
        changes = true,
        afterCrash = AfterCrash.REPEAT,
        errors = {Webhook.WEBHOOK_REFUSED})
public class Webhook implements Step<Webhook.Input, Webhook.Output> {

    static final String WEBHOOK_REFUSED = "WebhookRefused";
    private static final int MAX_BODY = 64 << 10;
    private static final Pattern HOST = Pattern.compile("^https?://(?:[^/?#@]*@)?([^/?#]+)");
    private static final Pattern PATH = Pattern.compile("^https?://[^/?#]*(.*)$");

    public record Input(
            @NotBlank
                    @jakarta.validation.constraints.Pattern(
                            regexp = "https?://.+|secret:.+",
                            message =
                                    "must be an http:// or https:// URL, or secret:NAME where the URL itself is secret")
                    @Field(label = "URL", description = "Or secret:NAME.", example = "https://chat.example/hook")
                    String url,
            @jakarta.validation.constraints.Pattern(
                            regexp = "POST|PUT|PATCH|DELETE",
                            message = "must be POST, PUT, PATCH or DELETE")
                    @Field(label = "Method", defaultValue = "POST")
                    String method,
            @Field(label = "Content type", defaultValue = "application/json") String contentType,
            @Field(label = "Body", example = "{\"text\": \"Deployed\"}", multiline = true) String body,
            @Field(
                            label = "Headers",
                            description = "One Name=value per line.",
                            example = "X-Source=muster",
                            multiline = true)
                    Map<String, String> headers,
            @Field(
                            label = "Authorization",
                            description = "secret:NAME of the whole value of the Authorization header.",
                            example = "")
                    @jakarta.validation.constraints.Pattern(
                            regexp = "secret:.+",
                            message = "must be a reference secret:NAME, not a value")
                    String authorization) {}

    public record Output(
            @Field(label = "Status") int status,
            @Field(label = "Answer", description = "Its first 3900 characters.") String answer) {}

    private final Targets targets;
    private final HttpProbe http;
    private final Secrets secrets;

    Webhook(Targets targets, HttpProbe http, Secrets secrets) {
        this.targets = targets;
        this.http = http;
        this.secrets = secrets;
    }

    /** Host only: paths and queries of webhooks often are their secret. */
    @Override
    public String target(Input input) {
        if (input.url().startsWith("secret:")) {
            return input.url();
        }
        Matcher host = HOST.matcher(input.url());
        return host.find() ? host.group(1) : "webhook";
    }

    @Override
    public Output run(Input input, StepContext context) {
        Inventory.Environment environment = targets.environmentOrNone(context);
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.putAll(input.headers());
        headers.putIfAbsent("Content-Type", input.contentType());
        headers.put("Muster-Step-Run", context.id().toString());
        if (input.authorization() != null) {
            headers.put("Authorization", SecretValues.resolve(secrets, "`authorization`", input.authorization()));
        }
        HttpProbe.Request request =
                new HttpProbe.Request(input.method(), url(input), headers, Optional.ofNullable(input.body()));
        context.effect("webhook", target(input));
        HttpProbe.Answer answer = send(input, environment, request, context);
        context.log()
                .info(target(input) + " answered " + answer.status() + " in "
                        + answer.took().toMillis() + " ms");
        if (answer.status() >= 500 || answer.status() == 429) {
            throw new StepFailure.Transient(WEBHOOK_REFUSED, refused(input, answer, context));
        }
        if (answer.status() < 200 || answer.status() > 299) {
            throw new StepFailure.Rejected(WEBHOOK_REFUSED, refused(input, answer, context));
        }
        return new Output(answer.status(), cut(context.masked(answer.body()), 3900));
    }

    /** What went wrong is said in words of our own: those of the probe may show the URL's path. */
    private HttpProbe.Answer send(
            Input input, Inventory.Environment environment, HttpProbe.Request request, StepContext context) {
        try {
            return http.send(environment, request, context.remaining(), MAX_BODY);
        } catch (StepFailure.Transient e) {
            throw new StepFailure.Transient(e.reason(), unreachable(input, request, e));
        } catch (StepFailure.Fatal e) {
            throw new StepFailure.Fatal(e.reason(), unreachable(input, request, e));
        } catch (StepFailure e) {
            throw new StepFailure.Rejected(e.reason(), unreachable(input, request, e));
        }
    }

    private String unreachable(Input input, HttpProbe.Request request, StepFailure failure) {
        return "The webhook at " + target(input) + " could not be called: " + withoutPath(request.url(), failure);
    }

    private static String withoutPath(String url, StepFailure failure) {
        Matcher path = PATH.matcher(url);
        String hidden = path.find() ? path.group(1) : "";
        String said = failure.getMessage().replace(url, "…");
        for (String part : List.of(hidden, hidden.split("[?#]", 2)[0])) {
            said = part.length() < 2 ? said : said.replace(part, "/…");
        }
        return said;
    }

    private String refused(Input input, HttpProbe.Answer answer, StepContext context) {
        return "The webhook at " + target(input) + " answered " + answer.status() + " " + answer.reasonPhrase() + ": \""
                + cut(context.masked(answer.body().strip()), 300)
                + "\". Mend its URL, authorization or body, then retry.";
    }

    private String url(Input input) {
        return input.url().startsWith("secret:") ? SecretValues.resolve(secrets, "`url`", input.url()) : input.url();
    }

    private static String cut(String text, int limit) {
        return text.length() <= limit ? text : text.substring(0, limit - 1) + "…";
    }
}
