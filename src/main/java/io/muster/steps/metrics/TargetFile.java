package io.muster.steps.metrics;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.muster.inventory.Inventory;
import io.muster.remote.SshHosts;
import io.muster.step.Reason;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.steps.Targets;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A service's own file_sd file on the monitoring host; one file a service and environment, so that no two runs write the same,
 * and none is touched whose labels name another. One that has its name from before there was an environment in it gives way.
 */
final class TargetFile {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long MAX_BYTES = 1 << 20;
    private static final Pattern LABEL = Pattern.compile("(?!__)[a-zA-Z_][a-zA-Z0-9_]*");
    private static final Set<String> OWN = Set.of("job", "environment");

    private final SshHosts hosts;
    private final SshHosts.Target host;
    private final String path;
    private final String earlier;
    private final Map<String, String> ours;

    TargetFile(Targets targets, SshHosts hosts, StepContext context, String service) {
        Inventory.Environment environment = targets.environment(context);
        Inventory.Monitoring monitoring = environment
                .monitoring()
                .orElseThrow(() -> new StepFailure.Rejected(
                        Reason.NOT_IN_INVENTORY,
                        "Environment '" + environment.name()
                                + "' has no `monitoring` in the inventory: add the Prometheus"
                                + " URL, the host that holds its target files, and their directory."));
        this.hosts = hosts;
        this.host = targets.ssh(context, monitoring.host());
        String start = monitoring.targetsDirectory() + "/muster-";
        this.path = start + environment.name() + "@" + service + ".json";
        this.earlier = start + service + ".json";
        this.ours = Map.of("environment", environment.name(), "job", service);
    }

    String describe() {
        return host.host().name() + ":" + path;
    }

    static JsonNode content(TargetInput input, String environment) {
        checkLabels(input.labels());
        Map<String, String> labels = new TreeMap<>(input.labels());
        labels.put("job", input.service());
        labels.put("environment", environment);
        labels.put("__metrics_path__", input.path());
        labels.put("__scheme__", input.scheme());
        return JSON.valueToTree(List.of(Map.of("targets", List.of(input.target()), "labels", labels)));
    }

    /** One wrong name, and Prometheus takes nothing of the file; one of ours would be overwritten in silence. */
    private static void checkLabels(Map<String, String> labels) {
        List<String> wrong = labels.keySet().stream()
                .filter(name -> !LABEL.matcher(name).matches() || OWN.contains(name))
                .sorted()
                .toList();
        if (!wrong.isEmpty()) {
            throw new StepFailure.Rejected(
                    Reason.INVALID_INPUT,
                    "Metrics labels " + String.join(", ", wrong) + " cannot be used: a name has letters, digits and _,"
                            + " does not begin with a digit or __, and is not job or environment, which Muster sets.");
        }
    }

    /** Whether exactly this is registered. */
    boolean is(JsonNode wanted) {
        return read().map(wanted::equals).orElse(false) && !hasEarlier();
    }

    /** Whether anything is. */
    boolean exists() {
        return read().isPresent() || hasEarlier();
    }

    void write(JsonNode content) {
        try {
            byte[] bytes = JSON.writerWithDefaultPrettyPrinter()
                    .writeValueAsString(content)
                    .getBytes(StandardCharsets.UTF_8);
            hosts.write(host, path, bytes, "0644");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
        if (hasEarlier()) {
            hosts.remove(host, earlier);
        }
    }

    void remove() {
        if (read().isPresent()) {
            hosts.remove(host, path);
        }
        if (hasEarlier()) {
            hosts.remove(host, earlier);
        }
    }

    /** @throws StepFailure Rejected Conflict when it is of another service or environment */
    private Optional<JsonNode> read() {
        Optional<JsonNode> found = read(path);
        found.filter(content -> labelled(content, false)).ifPresent(other -> {
            throw new StepFailure.Rejected(
                    Reason.CONFLICT,
                    describe() + " is not ours: its labels name another job or environment than " + ours
                            + ". It was left alone; look whose it is, and move it.");
        });
        return found;
    }

    private boolean hasEarlier() {
        return read(earlier).filter(content -> labelled(content, true)).isPresent();
    }

    /** Whether all that is in it says that it is ours, or anything that it is not. */
    private boolean labelled(JsonNode content, boolean asOurs) {
        boolean all = !content.isEmpty();
        boolean other = false;
        for (JsonNode group : content) {
            for (Map.Entry<String, String> label : ours.entrySet()) {
                String found = group.path("labels").path(label.getKey()).asText("");
                all &= found.equals(label.getValue());
                other |= !found.isEmpty() && !found.equals(label.getValue());
            }
        }
        return asOurs ? all : other;
    }

    /** Empty when it is not there; what is not JSON is some text. */
    private Optional<JsonNode> read(String file) {
        byte[] bytes;
        try {
            bytes = hosts.read(host, file, MAX_BYTES);
        } catch (StepFailure.Rejected e) {
            if (e.reason().equals(Reason.NOT_FOUND)) {
                return Optional.empty();
            }
            throw e;
        }
        try {
            return Optional.of(JSON.readTree(bytes));
        } catch (IOException e) {
            return Optional.of(JSON.getNodeFactory().textNode("(not JSON)"));
        }
    }
}
