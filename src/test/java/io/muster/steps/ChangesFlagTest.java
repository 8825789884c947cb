package io.muster.steps;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaCodeUnitAccess;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.muster.step.Step;
import io.muster.step.StepInfo;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A frozen environment stops the steps that say that they change something, and locks are demanded for them: so what a step says is
 * compared with what its code can reach.
 */
class ChangesFlagTest {

    private static final String STEPS = "io.muster.steps";

    /** Changes a target, or announces that a step is about to. */
    private static final Set<String> CHANGING = Set.of(
            "StepContext.effect",
            "ProxmoxNodes.perform",
            "ProxmoxNodes.send",
            "SshHosts.write",
            "SshHosts.upload",
            "SshHosts.remove",
            "DurableCommands.run");

    private static Map<String, Set<String>> changing;
    private static Map<String, Set<String>> reading;

    @BeforeAll
    static void read() {
        JavaClasses classes = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("io.muster");
        changing = new TreeMap<>();
        reading = new TreeMap<>();
        classes.stream()
                .filter(type -> type.isAssignableTo(Step.class) && type.isAnnotatedWith(StepInfo.class))
                .forEach(type -> {
                    StepInfo info = type.getAnnotationOfType(StepInfo.class);
                    (info.changes() ? changing : reading).put(info.name(), reached(type));
                });
    }

    @Test
    void noStepThatSaysItOnlyReadsReachesWhatChanges() {
        assertThat(reading)
                .hasSizeGreaterThan(20)
                .containsKeys("lxcPlan", "dockerPlan", "targetCheck", "containerCheck", "testDataInBackup");
        reading.values().removeIf(Set::isEmpty);
        assertThat(reading).isEmpty();
    }

    @Test
    void everyStepThatSaysItChangesSomethingReachesWhatDoes() {
        assertThat(changing).hasSizeGreaterThan(20);
        Set<String> idle = new TreeSet<>();
        changing.forEach((step, reached) -> {
            if (reached.isEmpty()) {
                idle.add(step);
            }
        });
        assertThat(idle).isEmpty();
    }

    /** Through the methods of the steps' own packages, implementations of what is called by its interface included. */
    private static Set<String> reached(JavaClass step) {
        Set<String> reached = new TreeSet<>();
        Set<JavaCodeUnit> seen = new LinkedHashSet<>();
        Deque<JavaCodeUnit> next = new ArrayDeque<>();
        step.getCodeUnits().stream()
                .filter(unit -> unit.getName().equals("run"))
                .forEach(next::add);
        while (!next.isEmpty()) {
            JavaCodeUnit unit = next.pop();
            if (!seen.add(unit)) {
                continue;
            }
            Set<JavaCodeUnitAccess<?>> accesses = new LinkedHashSet<>(unit.getCallsFromSelf());
            accesses.addAll(unit.getMethodReferencesFromSelf());
            accesses.addAll(unit.getConstructorReferencesFromSelf());
            accesses.forEach(access -> follow(access, reached, next));
        }
        return reached;
    }

    private static void follow(JavaCodeUnitAccess<?> access, Set<String> reached, Deque<JavaCodeUnit> next) {
        JavaClass owner = access.getTargetOwner();
        String name = owner.getSimpleName() + "." + access.getName();
        if (CHANGING.contains(name)) {
            reached.add(name);
        }
        if (owner.getPackageName().startsWith(STEPS)) {
            Set<JavaClass> owners = new LinkedHashSet<>(owner.getAllSubclasses());
            owners.add(owner);
            owners.forEach(one -> one.getCodeUnits().stream()
                    .filter(unit -> unit.getName().equals(access.getName()))
                    .forEach(next::add));
        }
    }
}
