package io.muster.step;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/** All steps there are, by name. Immutable. */
@Component
public class StepCatalogue {

    private final Map<String, StepDescriptor> byName;

    /**
     * @throws IllegalStateException when a step's description is malformed or two have one name; the message lists
     *     everything that is wrong
     */
    @Autowired
    public StepCatalogue(List<? extends Step<?, ?>> steps, InputBinder binder) {
        this(binder, steps.stream().map(DescriptorReader::new).toList());
    }

    private StepCatalogue(InputBinder binder, List<DescriptorReader> readers) {
        List<String> problems = new ArrayList<>();
        Map<String, StepDescriptor> found = new TreeMap<>();
        Map<String, String> classes = new TreeMap<>();
        for (DescriptorReader reader : readers) {
            reader.read().ifPresent(step -> {
                problems.addAll(wrongTexts(reader.typeName(), step, binder));
                String other = classes.putIfAbsent(step.name(), reader.typeName());
                if (other != null) {
                    problems.add(reader.typeName() + " has the name '" + step.name() + "', which " + other
                            + " has too. Rename one.");
                }
                found.put(step.name(), step);
            });
            problems.addAll(reader.problems());
        }
        if (!problems.isEmpty()) {
            throw new IllegalStateException("The steps are not described as they must be:\n- "
                    + String.join("\n- ", problems.stream().sorted().toList()));
        }
        byName = Collections.unmodifiableMap(found);
    }

    /**
     * The steps as their classes describe them, without what they need to run: for linting and generating where no server
     * runs.
     *
     * @param packageName searched with all packages below it
     * @throws IllegalStateException as the constructor does
     */
    public static StepCatalogue described(String packageName, InputBinder binder) {
        return new StepCatalogue(
                binder,
                DescribedStep.classes(packageName).stream()
                        .map(type -> new DescriptorReader(type, new DescribedStep(type)))
                        .toList());
    }

    public Optional<StepDescriptor> step(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** In the order of their names. */
    public Collection<StepDescriptor> all() {
        return byName.values();
    }

    /** In alphabetical order. */
    public Collection<String> names() {
        return byName.keySet();
    }

    /** Defaults and examples are shown to people, so they must bind. */
    private static List<String> wrongTexts(String type, StepDescriptor step, InputBinder binder) {
        List<String> wrong = new ArrayList<>();
        for (FieldDescriptor field : step.inputs()) {
            field.defaultValue()
                    .flatMap(text -> binder.problem(step, field, text))
                    .ifPresent(problem -> wrong.add(type + " has a wrong default. " + problem.message()));
            field.example()
                    .flatMap(text -> binder.problem(step, field, text))
                    .ifPresent(problem -> wrong.add(type + " has a wrong example. " + problem.message()));
        }
        return wrong;
    }
}
