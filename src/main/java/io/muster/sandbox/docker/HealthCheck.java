package io.muster.sandbox.docker;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How a container's health is checked.
 *
 * @param startPeriod how long failures do not count after the start
 * @param startInterval between checks in that time
 */
record HealthCheck(
        List<String> command,
        Duration interval,
        Duration timeout,
        Duration startPeriod,
        Duration startInterval,
        int retries) {
    private static final Duration DEFAULT = Duration.ofSeconds(30);
    private static final int RETRIES = 3;

    /** Empty when there is none. */
    static Optional<HealthCheck> of(JsonNode config) {
        JsonNode check = config.path("Healthcheck");
        List<String> test = Json.texts(check.path("Test"));
        if (test.isEmpty() || test.get(0).equals("NONE")) {
            return Optional.empty();
        }
        Duration interval = duration(check, "Interval", DEFAULT);
        return Optional.of(new HealthCheck(
                command(test),
                interval,
                duration(check, "Timeout", DEFAULT),
                duration(check, "StartPeriod", Duration.ZERO),
                duration(check, "StartInterval", interval),
                check.path("Retries").asInt() > 0 ? check.path("Retries").asInt() : RETRIES));
    }

    private static List<String> command(List<String> test) {
        List<String> rest = new ArrayList<>(test.subList(1, test.size()));
        if (test.get(0).equals("CMD-SHELL")) {
            rest.addAll(0, List.of("/bin/sh", "-c"));
        } else if (!test.get(0).equals("CMD")) {
            throw EngineException.badRequest("Unknown healthcheck type '" + test.get(0)
                    + "' in health check (expected 'CMD', 'CMD-SHELL' or 'NONE')");
        }
        return rest;
    }

    private static Duration duration(JsonNode check, String field, Duration otherwise) {
        long nanos = check.path(field).asLong();
        if (nanos != 0 && nanos < 1_000_000) {
            throw EngineException.badRequest(field + " in Healthcheck cannot be less than 1ms");
        }
        return nanos == 0 ? otherwise : Duration.ofNanos(nanos);
    }
}
