package io.muster.steps.docker;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.HealthCheck;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.RestartPolicy;
import io.muster.inventory.SecretRef;
import io.muster.inventory.Secrets;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import io.muster.steps.ContainerOwner;
import io.muster.steps.SecretValues;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A wanted container with its secrets resolved; lives only while a step uses it. */
final class ContainerSpec {

    private static final Pattern VOLUME = Pattern.compile("/[^:]*:/[^:]*(:ro|:rw)?");
    private static final Pattern NAME = Pattern.compile("[^,=\\s]+");

    private final ContainerInput input;
    private final List<String> volumes = new ArrayList<>();
    private final List<PortText> ports = new ArrayList<>();
    private final SortedMap<String, String> env = new TreeMap<>();

    /** @throws StepFailure.Rejected with every violation at once */
    ContainerSpec(ContainerInput input, Secrets secrets) {
        this.input = input;
        List<String> violations = new ArrayList<>();
        collect(input.volumes(), violations, text -> volumes.add(volume(text)));
        collect(input.ports(), violations, text -> ports.add(PortText.parse(text)));
        checkNames(violations);
        Map<String, SecretRef> references = references(violations);
        if (!violations.isEmpty()) {
            throw new StepFailure.Rejected(
                    Reason.INVALID_INPUT, "Container " + input.name() + ": " + String.join("; ", violations) + ".");
        }
        env.putAll(input.env());
        references.forEach((name, ref) -> env.put(
                name,
                SecretValues.resolve(secrets, "Secret environment " + name + " of container " + input.name(), ref)));
    }

    private Map<String, SecretRef> references(List<String> violations) {
        Map<String, SecretRef> references = new TreeMap<>();
        input.secretEnv().forEach((name, text) -> {
            try {
                references.put(name, SecretRef.parse(text));
            } catch (IllegalArgumentException e) {
                violations.add("secret environment " + name + " must be a reference secret:NAME, not a value ("
                        + e.getMessage() + ")");
            }
            if (input.env().containsKey(name)) {
                violations.add(name + " is given twice, as environment and as secret environment");
            }
        });
        return references;
    }

    /** What could not be compared with a running container would be replaced again and again. */
    private void checkNames(List<String> violations) {
        Stream.concat(input.env().keySet().stream(), input.secretEnv().keySet().stream())
                .filter(name -> !NAME.matcher(name).matches())
                .forEach(name -> violations.add("environment '" + name + "' has a name with a comma, a space or `=`"));
        input.labels().keySet().forEach(name -> {
            if (!NAME.matcher(name).matches()) {
                violations.add("label '" + name + "' has a name with a comma, a space or `=`");
            } else if (name.startsWith("io.muster.")) {
                violations.add("label '" + name + "' begins with io.muster., which is for Muster's own");
            }
        });
        if (input.memory() != null && input.memory().bytes() == 0) {
            violations.add("memory is 0; leave it empty for no limit");
        }
    }

    private static void collect(List<String> texts, List<String> violations, Consumer<String> parse) {
        for (String text : texts) {
            try {
                parse.accept(text);
            } catch (IllegalArgumentException e) {
                violations.add(e.getMessage());
            }
        }
    }

    private static String volume(String text) {
        String trimmed = text.trim();
        if (!VOLUME.matcher(trimmed).matches() || List.of(trimmed.split("[:/]")).contains("..")) {
            throw new IllegalArgumentException(
                    "volume '" + text + "' must be source:target or source:target:ro with absolute paths without `..`");
        }
        return trimmed.replaceFirst(":rw$", "");
    }

    String name() {
        return input.name();
    }

    String image() {
        return input.image();
    }

    /** In the words in which a running container is read. */
    Container wanted() {
        SortedMap<String, String> aspects = new TreeMap<>();
        aspects.put("image", input.image());
        aspects.put("version", Optional.ofNullable(input.version()).orElse(""));
        aspects.put("volumes", String.join(", ", volumes.stream().sorted().toList()));
        aspects.put(
                "ports",
                String.join(
                        ", ", ports.stream().map(PortText::toString).sorted().toList()));
        aspects.put(
                "memory limit",
                input.memory() == null ? "" : Amounts.memory(input.memory().bytes()));
        aspects.put("CPU limit", input.cpus() == null ? "" : Amounts.cpus(nanoCpus()));
        aspects.put("restart policy", RestartPolicy.parse(input.restart()).toString());
        aspects.put("health check", healthCheck().map(HealthText::of).orElse(""));
        input.labels().forEach((name, value) -> aspects.put("label " + name, value));
        return new Container(aspects, env);
    }

    void applyTo(CreateContainerCmd create, Map<String, String> runLabels) {
        HostConfig host = HostConfig.newHostConfig()
                .withBinds(volumes.stream().map(Bind::parse).toList())
                .withPortBindings(ports.stream().map(PortText::binding).toList())
                .withRestartPolicy(RestartPolicy.parse(input.restart()));
        if (input.memory() != null) {
            host.withMemory(input.memory().bytes());
        }
        if (input.cpus() != null) {
            host.withNanoCPUs(nanoCpus());
        }
        create.withHostConfig(host)
                .withExposedPorts(ports.stream()
                        .map(port -> port.binding().getExposedPort())
                        .toList())
                .withEnv(env.entrySet().stream()
                        .map(pair -> pair.getKey() + "=" + pair.getValue())
                        .toList())
                .withLabels(labels(runLabels));
        healthCheck().ifPresent(create::withHealthcheck);
    }

    private Map<String, String> labels(Map<String, String> runLabels) {
        Map<String, String> labels = new TreeMap<>(input.labels());
        labels.putAll(runLabels);
        labels.put(ContainerOwner.SERVICE_LABEL, input.name());
        labels.put(Container.VERSION_LABEL, Optional.ofNullable(input.version()).orElse(""));
        labels.put(Container.ENV_LABEL, String.join(",", env.keySet()));
        labels.put(Container.LABELS_LABEL, String.join(",", new TreeMap<>(input.labels()).keySet()));
        labels.put(Container.HEALTH_LABEL, input.healthTest().isEmpty() ? "image" : "asked");
        return labels;
    }

    private Optional<HealthCheck> healthCheck() {
        if (input.healthTest().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new HealthCheck()
                .withTest(input.healthTest())
                .withInterval(input.healthInterval().toNanos())
                .withTimeout(input.healthTimeout().toNanos())
                .withStartPeriod(input.healthStartPeriod().toNanos())
                .withRetries(input.healthRetries()));
    }

    private long nanoCpus() {
        return Math.round(input.cpus() * 1_000_000_000L);
    }
}
