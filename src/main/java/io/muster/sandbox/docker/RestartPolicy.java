package io.muster.sandbox.docker;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;

/** When a container that ended is started again. */
record RestartPolicy(String name, int maximumRetries) {
    private static final List<String> NAMES = List.of("no", "always", "unless-stopped", "on-failure");
    private static final Duration FIRST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofMinutes(1);
    private static final Duration STABLE = Duration.ofSeconds(10);

    static RestartPolicy of(JsonNode hostConfig) {
        JsonNode policy = hostConfig.path("RestartPolicy");
        String name = policy.path("Name").asText("");
        if (!name.isEmpty() && !NAMES.contains(name)) {
            throw EngineException.badRequest("invalid restart policy: unknown policy '" + name
                    + "'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'");
        }
        return new RestartPolicy(
                name.isEmpty() ? "no" : name, policy.path("MaximumRetryCount").asInt(0));
    }

    boolean restartsAfter(int exitCode, int restarts) {
        return switch (name) {
            case "always", "unless-stopped" -> true;
            case "on-failure" -> exitCode != 0 && (maximumRetries == 0 || restarts < maximumRetries);
            default -> false;
        };
    }

    /** After the host or the engine was down. */
    boolean restartsAtBoot(ContainerState state) {
        return switch (name) {
            case "always" -> true;
            case "unless-stopped" -> !state.stoppedByUser();
            case "on-failure" -> !state.stoppedByUser() && state.exitCode() != 0;
            default -> false;
        };
    }

    /** Doubles from 100 ms to a minute; begins anew once the container has run for 10 seconds. */
    static Duration backOff(Duration last, Duration ran) {
        if (last.isZero() || ran.compareTo(STABLE) >= 0) {
            return FIRST;
        }
        Duration next = last.multipliedBy(2);
        return next.compareTo(LONGEST) > 0 ? LONGEST : next;
    }
}
