package io.muster.sandbox.proxmox;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds the method for a path such as {@code /nodes/{node}/lxc/{vmid}/status/start}. Filled once, then only read. */
final class Router {
    static final ParameterType VMID = ParameterType.format("[1-9]\\d{2,8}", "value does not look like a valid VM ID");

    private final List<Route> routes = new ArrayList<>();
    private final Set<String> open = new HashSet<>();

    private record Route(String verb, List<String> template, Parameters parameters, Resource.Method method) {
        Optional<Map<String, String>> match(String askedVerb, List<String> path) {
            if (!verb.equals(askedVerb) || template.size() != path.size()) {
                return Optional.empty();
            }
            Map<String, String> variables = new HashMap<>();
            for (int i = 0; i < path.size(); i++) {
                String part = template.get(i);
                if (part.startsWith("{")) {
                    variables.put(part.substring(1, part.length() - 1), path.get(i));
                } else if (!part.equals(path.get(i))) {
                    return Optional.empty();
                }
            }
            return Optional.of(variables);
        }
    }

    /** A method that was found, with the variables of its path. */
    record Found(Map<String, String> variables, Parameters schema, Resource.Method method) {
        /** @throws ApiError 400 with all that is wrong in path and parameters */
        Object call(ApiToken token, Map<String, String> parameters) {
            Parameters all = variables.containsKey("vmid") ? schema.required("vmid", VMID) : schema;
            Map<String, String> values = new HashMap<>(parameters);
            if (variables.containsKey("vmid")) {
                values.put("vmid", variables.get("vmid"));
            }
            all.check(values);
            return method.call(new ApiRequest(token, variables, Map.copyOf(parameters)));
        }
    }

    /** One that takes no credentials. */
    void addOpen(String verb, String template, Parameters parameters, Resource.Method method) {
        add(verb, template, parameters, method);
        open.add(verb + " " + template);
    }

    boolean isOpen(String verb, List<String> path) {
        return open.contains(verb + " /" + String.join("/", path));
    }

    void add(String verb, String template, Parameters parameters, Resource.Method method) {
        routes.add(new Route(verb, split(template), parameters, method));
    }

    /** @param path decoded, a part each */
    Optional<Found> find(String verb, List<String> path) {
        for (Route route : routes) {
            Optional<Map<String, String>> variables = route.match(verb, path);
            if (variables.isPresent()) {
                return Optional.of(new Found(variables.get(), route.parameters(), route.method()));
            }
        }
        return Optional.empty();
    }

    static List<String> split(String path) {
        return List.of(path.replaceFirst("^/", "").split("/"));
    }
}
