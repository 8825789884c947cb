package io.muster.runbook;

import io.muster.step.Nearest;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What a process says about the variables that its runs are started with: a mistyped name there checks nothing. */
final class StartVariablesCheck implements DiagramCheck {

    private static final String START = "startVariables";
    private static final String OPTIONAL = "optionalStartVariables";
    private static final String SPECIFIED = "specifiedContainers";
    private static final String CHOICES = "choices.";
    private static final String ENVIRONMENT = "environment";
    private static final List<String> KNOWN =
            List.of(START, OPTIONAL, SPECIFIED, "locks", "destroys", "ownerGroup", "skippable", "whenCancelled");
    private static final String VARIABLE = "[A-Za-z_][A-Za-z0-9_]*";

    @Override
    public void check(Diagram diagram, Findings findings) {
        XmlNode process = diagram.process();
        Set<String> all = new LinkedHashSet<>();
        Stream.of(START, OPTIONAL).forEach(property -> names(process, property).forEach(name -> {
            if (!name.matches(VARIABLE)) {
                findings.add(
                        Rule.START_VARIABLES,
                        process,
                        "'" + name + "' in " + property + " is no name of a variable.",
                        "Letters, digits and _, several with commas.");
            } else if (!all.add(name)) {
                findings.add(
                        Rule.START_VARIABLES,
                        process,
                        "The start variable '" + name + "' is named twice.",
                        "Name it once: in " + START + " if every run must have it, else in " + OPTIONAL + ".");
            }
        }));
        specified(process, all, findings);
        properties(process).forEach(property -> property(property, all, findings));
    }

    private static void specified(XmlNode process, Set<String> start, Findings findings) {
        List<String> names = names(process, SPECIFIED);
        names.stream()
                .filter(name -> !start.contains(name))
                .forEach(name -> findings.add(
                        Rule.START_VARIABLES,
                        process,
                        "'" + name + "' in " + SPECIFIED + " is no start variable, so nothing looks whether it is a"
                                + " container that the inventory specifies.",
                        Nearest.hint(name, start)));
        if (!names.isEmpty() && !names(process, START).contains(ENVIRONMENT)) {
            findings.add(
                    Rule.START_VARIABLES,
                    process,
                    SPECIFIED + " needs an environment to look in, and runs may be started without one.",
                    "Name '" + ENVIRONMENT + "' in " + START + ".");
        }
    }

    private static void property(XmlNode property, Set<String> start, Findings findings) {
        String name = property.attribute("name");
        if (name.startsWith(CHOICES)) {
            choices(property, name.substring(CHOICES.length()), start, findings);
            return;
        }
        Optional<String> meant = KNOWN.contains(name) ? Optional.empty() : Nearest.to(name, KNOWN);
        meant.ifPresent(known -> findings.add(
                Rule.START_VARIABLES,
                property,
                "The property '" + name + "' of the process means nothing.",
                "Did you mean '" + known + "'?"));
    }

    private static void choices(XmlNode property, String variable, Set<String> start, Findings findings) {
        if (!start.contains(variable)) {
            findings.add(
                    Rule.START_VARIABLES,
                    property,
                    "Choices are given for '" + variable + "', which is no start variable.",
                    Nearest.hint(variable, start));
        }
        List<String> values = values(property);
        if (values.isEmpty() || new HashSet<>(values).size() < values.size()) {
            findings.add(
                    Rule.START_VARIABLES,
                    property,
                    "The choices for '" + variable + "' are " + (values.isEmpty() ? "none" : "not all different") + ".",
                    "Give each once, with commas.");
        }
    }

    private static List<String> names(XmlNode process, String name) {
        return properties(process)
                .filter(property -> property.attribute("name").equals(name))
                .flatMap(property -> values(property).stream())
                .toList();
    }

    private static List<String> values(XmlNode property) {
        return Arrays.stream(property.attribute("value").split(","))
                .map(String::strip)
                .filter(value -> !value.isEmpty())
                .toList();
    }

    private static Stream<XmlNode> properties(XmlNode process) {
        return process.extensions("camunda:properties").flatMap(all -> all.children("camunda:property"));
    }
}
