package io.muster.sandbox.prometheus;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/** Reads a file of target groups: a list of {@code {targets: [...], labels: {...}}}, in JSON or YAML. */
final class TargetGroups {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern LABEL = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");
    private static final Pattern ADDRESS = Pattern.compile("[^\\s/]+");

    private TargetGroups() {}

    /**
     * @param file as {@code __meta_filepath} shows it; its ending tells the format
     * @param defaults labels that a group may override
     * @throws IllegalArgumentException for what is no such file, saying what is wrong
     */
    static List<Target> parse(String file, String text, Map<String, String> defaults) {
        JsonNode groups = tree(file, text);
        if (!groups.isArray()) {
            throw new IllegalArgumentException("not a list of target groups");
        }
        List<Target> targets = new ArrayList<>();
        groups.forEach(group -> addGroup(file, group, defaults, targets));
        return targets;
    }

    private static JsonNode tree(String file, String text) {
        try {
            if (file.endsWith(".json")) {
                return JSON.readTree(text);
            }
            Object yaml = new Yaml(new SafeConstructor(new LoaderOptions())).load(text);
            return yaml == null ? JSON.createArrayNode() : JSON.valueToTree(yaml);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e.getOriginalMessage(), e);
        } catch (YAMLException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static void addGroup(String file, JsonNode group, Map<String, String> defaults, List<Target> targets) {
        if (!group.isObject() || !group.path("targets").isArray()) {
            throw new IllegalArgumentException("a target group has no list named 'targets'");
        }
        Map<String, String> labels = new HashMap<>(defaults);
        labels.put("__meta_filepath", file);
        group.path("labels")
                .properties()
                .forEach(label ->
                        labels.put(label(label.getKey()), label.getValue().asText()));
        for (JsonNode target : group.path("targets")) {
            SortedMap<String, String> all = new TreeMap<>(labels);
            all.put("__address__", address(target.asText()));
            targets.add(checked(new Target(all)));
        }
    }

    /** A target whose URL cannot be made would fail in every list later. */
    private static Target checked(Target target) {
        if (target.url().getHost() == null) {
            throw new IllegalArgumentException("invalid target '" + target.address() + "': no host");
        }
        return target;
    }

    private static String label(String name) {
        if (!LABEL.matcher(name).matches()) {
            throw new IllegalArgumentException("invalid label name '" + name + "'");
        }
        return name;
    }

    private static String address(String text) {
        if (!ADDRESS.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "invalid target '" + text + "': host and port are wanted, without a scheme");
        }
        return text;
    }
}
