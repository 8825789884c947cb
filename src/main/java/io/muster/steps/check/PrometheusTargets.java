package io.muster.steps.check;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.muster.inventory.Inventory;
import io.muster.remote.HttpProbe;
import io.muster.step.Reason;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.steps.Targets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.springframework.stereotype.Component;

/** The active targets that an environment's Prometheus has. */
@Component
final class PrometheusTargets {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_BODY = 32 << 20;

    private final Targets targets;
    private final HttpProbe probe;

    PrometheusTargets(Targets targets, HttpProbe probe) {
        this.targets = targets;
        this.probe = probe;
    }

    /** The Prometheus of the run's environment. */
    String url(StepContext context) {
        Inventory.Environment environment = targets.environment(context);
        return environment
                .monitoring()
                .orElseThrow(() -> new StepFailure.Rejected(
                        Reason.NOT_IN_INVENTORY,
                        "Environment '" + environment.name()
                                + "' has no `monitoring` in the inventory, so nothing says where"
                                + " its Prometheus is."))
                .prometheusUrl();
    }

    /** Without those that are labelled as another environment's: one Prometheus may serve several. */
    List<JsonNode> ofJob(String job, StepContext context) {
        String environment = targets.environment(context).name();
        return StreamSupport.stream(active(url(context), context).spliterator(), false)
                .filter(target -> job.equals(target.path("labels").path("job").asText()))
                .filter(target -> environment.equals(
                        target.path("labels").path("environment").asText(environment)))
                .toList();
    }

    private JsonNode active(String prometheus, StepContext context) {
        String url = prometheus.replaceAll("/+$", "") + "/api/v1/targets?state=active";
        HttpProbe.Answer answer = probe.send(
                targets.environment(context),
                new HttpProbe.Request("GET", url, Map.of("Accept", "application/json"), Optional.empty()),
                context.remaining().compareTo(Duration.ofSeconds(10)) < 0
                        ? context.remaining()
                        : Duration.ofSeconds(10),
                MAX_BODY);
        if (answer.status() >= 500) {
            throw failed("Prometheus at " + prometheus + " answers with status " + answer.status()
                    + ": it is starting, or something is wrong with it. Look at its log, then retry.");
        }
        try {
            JsonNode body = JSON.readTree(answer.body());
            if (answer.status() == 200
                    && body != null
                    && body.path("data").path("activeTargets").isArray()) {
                return body.path("data").path("activeTargets");
            }
        } catch (JsonProcessingException e) {
            // Said below: whatever answered is no Prometheus.
        }
        throw failed("What answers at " + url + " (status " + answer.status()
                + ") is no Prometheus. Mend `monitoring.prometheus`" + " in the inventory.");
    }

    static StepFailure failed(String message) {
        return new StepFailure.Rejected(Reason.CHECK_FAILED, message);
    }
}
