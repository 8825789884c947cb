package io.muster.engine;

import io.muster.inventory.Inventory;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Checks what a run is started with against the inventory, and says everything that is wrong at once. */
final class StartVariables {

    private static final int SHOWN = 100;

    private final RunRules rules;
    private final Inventory inventory;
    private final Map<String, Object> given;
    private final List<String> problems = new ArrayList<>();

    private StartVariables(RunRules rules, Inventory inventory, Map<String, Object> given) {
        this.rules = rules;
        this.inventory = inventory;
        this.given = given;
    }

    /**
     * @param fromOutside whether a person or program gave them; a calling runbook passes what it likes
     * @throws Refused naming each variable, its value, and what is allowed
     */
    static void check(
            String runbook, RunRules rules, Inventory inventory, Map<String, Object> given, boolean fromOutside) {
        StartVariables check = new StartVariables(rules, inventory, given);
        rules.start().forEach(check::declared);
        rules.optional().stream()
                .filter(name -> given.get(name) != null && !"".equals(given.get(name)))
                .forEach(check::declared);
        if (fromOutside) {
            check.written();
        }
        if (!check.problems.isEmpty()) {
            throw Refused.invalid("Runbook '" + runbook + "' was not started, and nothing was created:\n- "
                    + String.join("\n- ", check.problems));
        }
    }

    private void declared(String name) {
        Object value = given.get(name);
        if (value == null || value instanceof String text && text.isBlank()) {
            problems.add("Start variable '" + name + "' is missing." + allowed(name));
        } else if (!(value instanceof String)) {
            problems.add(
                    "Start variable '" + name + "' is a " + value.getClass().getSimpleName() + ". Give text.");
        } else {
            known(name, ((String) value).strip());
        }
    }

    private void known(String name, String value) {
        if (rules.specified().contains(name)) {
            specified(name, value);
            return;
        }
        switch (name) {
            case "environment" -> {
                if (inventory.environment(value).isEmpty()) {
                    problems.add("Start variable 'environment' is " + shown(value) + ", which is not in the inventory "
                            + inventory.source() + "." + allowed(name));
                }
            }
            case "service" -> {
                if (environment()
                        .filter(it -> !it.services().containsKey(value))
                        .isPresent()) {
                    problems.add("Start variable 'service' is " + shown(value) + ", which environment '"
                            + environment().orElseThrow().name() + "' does not have." + allowed(name));
                }
            }
            case "host" -> {
                if (environment().filter(it -> !it.hosts().containsKey(value)).isPresent()) {
                    problems.add("Start variable 'host' is " + shown(value) + ", which environment '"
                            + environment().orElseThrow().name() + "' does not have." + allowed(name));
                }
            }
            default -> {
                List<String> choices = rules.choices().getOrDefault(name, List.of());
                if (!choices.isEmpty() && !choices.contains(value)) {
                    problems.add("Start variable '" + name + "' is " + shown(value) + "." + allowed(name));
                }
            }
        }
    }

    private void specified(String name, String value) {
        environment().filter(it -> !specified(it).contains(value)).ifPresent(it -> {
            Inventory.Host host = it.hosts().get(value);
            String what = host == null
                    ? ", which environment '" + it.name() + "' does not have."
                    : host.lxc().isEmpty()
                            ? ", which is no LXC container: the host has no `lxc` in the inventory."
                            : ", of which the inventory does not say how it shall be: the host has no `container`.";
            problems.add("Start variable '" + name + "' is " + shown(value) + what + allowed(name));
        });
    }

    private static List<String> specified(Inventory.Environment environment) {
        return environment.hosts().values().stream()
                .filter(host -> host.lxc().isPresent() && host.container().isPresent())
                .map(Inventory.Host::name)
                .toList();
    }

    private void written() {
        given.keySet().stream()
                .filter(rules.written()::contains)
                .sorted()
                .forEach(name -> problems.add("Variable '" + name + "' may not be given at start: the runbook's own "
                        + "steps or approvals set it. Leave it out."));
    }

    private String allowed(String name) {
        if (rules.specified().contains(name)) {
            return environment()
                    .map(it -> " Allowed: " + names(specified(it)))
                    .orElse(" Give a container of the environment.");
        }
        return switch (name) {
            case "environment" -> " Allowed: " + names(inventory.environments().keySet());
            case "service" -> environment()
                    .map(it -> " Allowed: " + names(it.services().keySet()))
                    .orElse(" Give a service of the environment.");
            case "host" -> environment()
                    .map(it -> " Allowed: " + names(it.hosts().keySet()))
                    .orElse(" Give a host of the environment.");
            case "version" -> " Give the version to work with, as the registry names it (its tag).";
            case "reason" -> " Say why; it is kept with the run.";
            default -> rules.choices().containsKey(name)
                    ? " Allowed: " + String.join(", ", rules.choices().get(name)) + "."
                    : " Give a value.";
        };
    }

    private Optional<Inventory.Environment> environment() {
        return given.get("environment") instanceof String name ? inventory.environment(name.strip()) : Optional.empty();
    }

    private static String names(Collection<String> names) {
        return names.isEmpty()
                ? "none, the inventory has none."
                : names.stream().sorted().collect(Collectors.joining(", ", "", "."));
    }

    private static String shown(String value) {
        return "'" + (value.length() <= SHOWN ? value : value.substring(0, SHOWN) + "…") + "'";
    }
}
