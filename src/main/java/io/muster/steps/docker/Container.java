package io.muster.steps.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.ContainerConfig;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Ports;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What decides whether a container is as asked, as comparable text by aspect. Read from an engine's answer or from a
 * {@link ContainerSpec}; both use the same words, so that a difference can be shown to a person.
 */
record Container(SortedMap<String, String> aspects, Map<String, String> hidden) {

    static final String VERSION_LABEL = "io.muster.version";
    /** Names of what was asked for, so that what is no longer asked for is noticed. */
    static final String ENV_LABEL = "io.muster.env";

    static final String LABELS_LABEL = "io.muster.labels";
    static final String HEALTH_LABEL = "io.muster.health-check";

    /** Reads what runs; environment values are compared but never shown. */
    static Container of(InspectContainerResponse inspected) {
        ContainerConfig config = inspected.getConfig();
        HostConfig host = inspected.getHostConfig();
        Map<String, String> labels = Optional.ofNullable(config.getLabels()).orElse(Map.of());
        SortedMap<String, String> aspects = new TreeMap<>();
        aspects.put("image", config.getImage());
        aspects.put("version", labels.getOrDefault(VERSION_LABEL, ""));
        aspects.put("volumes", volumes(host));
        aspects.put("ports", ports(host.getPortBindings()));
        aspects.put("memory limit", Amounts.memory(host.getMemory()));
        aspects.put("CPU limit", Amounts.cpus(host.getNanoCPUs()));
        aspects.put("restart policy", restart(host));
        aspects.put(
                "health check",
                "asked".equals(labels.get(HEALTH_LABEL)) && config.getHealthcheck() != null
                        ? HealthText.of(config.getHealthcheck())
                        : "");
        names(labels.get(LABELS_LABEL)).forEach(name -> aspects.put("label " + name, labels.getOrDefault(name, "")));
        Map<String, String> env = environment(config.getEnv());
        Map<String, String> asked = new TreeMap<>();
        names(labels.get(ENV_LABEL)).forEach(name -> asked.put(name, env.getOrDefault(name, "")));
        return new Container(aspects, asked);
    }

    /** What would change when a container like this one became the wanted one, in words. */
    List<Difference> differences(Container wanted) {
        Stream<Difference> shown = union(aspects, wanted.aspects).stream()
                .map(key -> new Difference(key, aspects.getOrDefault(key, ""), wanted.aspects.getOrDefault(key, "")))
                .filter(Difference::real);
        Stream<Difference> hiddenOnes = union(hidden, wanted.hidden).stream()
                .filter(key ->
                        !Optional.ofNullable(hidden.get(key)).equals(Optional.ofNullable(wanted.hidden.get(key))))
                .map(key -> new Difference(
                        "environment " + key,
                        hidden.containsKey(key) ? "(set)" : "",
                        !wanted.hidden.containsKey(key) ? "" : hidden.containsKey(key) ? "(changed)" : "(set)"));
        return Stream.concat(shown, hiddenOnes).toList();
    }

    record Difference(String aspect, String now, String wanted) {
        boolean real() {
            return !now.equals(wanted);
        }

        @Override
        public String toString() {
            return aspect + ": " + (now.isEmpty() ? "(none)" : now) + " → " + (wanted.isEmpty() ? "(none)" : wanted);
        }
    }

    private static TreeSet<String> union(Map<String, ?> first, Map<String, ?> second) {
        TreeSet<String> keys = new TreeSet<>(first.keySet());
        keys.addAll(second.keySet());
        return keys;
    }

    private static List<String> names(String label) {
        return label == null || label.isEmpty() ? List.of() : List.of(label.split(","));
    }

    private static Map<String, String> environment(String[] env) {
        return Stream.of(Optional.ofNullable(env).orElse(new String[0]))
                .map(pair -> pair.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair.length > 1 ? pair[1] : "", (a, b) -> b));
    }

    private static String volumes(HostConfig host) {
        return host.getBinds() == null
                ? ""
                : Arrays.stream(host.getBinds())
                        .map(bind -> bind.getPath() + ":" + bind.getVolume().getPath()
                                + ("ro".equals(bind.getAccessMode().toString()) ? ":ro" : ""))
                        .sorted()
                        .collect(Collectors.joining(", "));
    }

    private static String ports(Ports ports) {
        if (ports == null) {
            return "";
        }
        return ports.getBindings().entrySet().stream()
                .filter(entry -> entry.getValue() != null)
                .flatMap(entry -> Arrays.stream(entry.getValue())
                        .map(binding -> PortText.of(
                                binding.getHostIp(),
                                binding.getHostPortSpec(),
                                entry.getKey().getPort())))
                .sorted()
                .collect(Collectors.joining(", "));
    }

    private static String restart(HostConfig host) {
        String text =
                host.getRestartPolicy() == null ? "" : host.getRestartPolicy().toString();
        return text.isEmpty() ? "no" : text;
    }
}
