package io.muster;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.Calendar;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;

/** Which package may use which; docs/architecture.md draws it. */
@AnalyzeClasses(packages = "io.muster", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String BASE = "io.muster";

    /** What each package may use of Muster beside itself. The base package, which puts all together, may use everything. */
    private static final Map<String, Set<String>> MAY_USE = Map.ofEntries(
            Map.entry("step", Set.of()),
            Map.entry("database", Set.of()),
            Map.entry("inventory", Set.of("database")),
            Map.entry("journal", Set.of("database")),
            Map.entry("sandbox", Set.of()),
            Map.entry("notify", Set.of("inventory")),
            Map.entry("remote", Set.of("inventory", "step", "database")),
            Map.entry("steps", Set.of("step", "inventory", "remote", "notify", "recovery")),
            Map.entry("approval", Set.of("inventory", "journal")),
            Map.entry("safety", Set.of("journal")),
            Map.entry("recovery", Set.of("inventory", "journal", "notify")),
            Map.entry("runbook", Set.of("step")),
            Map.entry("engine", Set.of("step", "runbook", "approval", "safety", "journal", "inventory", "notify")),
            Map.entry("schedule", Set.of("engine", "recovery", "journal", "inventory")),
            Map.entry("storage", Set.of("inventory", "journal")),
            Map.entry("web", allBut("sandbox", "cli", "storage", "web", "steps")),
            Map.entry("cli", Set.of("runbook", "step", "journal", "inventory", "storage")),
            // The bootstrap is the one place that may name the sandbox: it starts it.
            Map.entry("boot", Set.of("sandbox", "storage")));

    private static Set<String> allBut(String... excluded) {
        return Stream.of(
                        "step",
                        "steps",
                        "inventory",
                        "journal",
                        "sandbox",
                        "notify",
                        "remote",
                        "approval",
                        "safety",
                        "recovery",
                        "runbook",
                        "engine",
                        "storage",
                        "web",
                        "cli")
                .filter(name -> !Arrays.asList(excluded).contains(name))
                .collect(Collectors.toUnmodifiableSet());
    }

    @ArchTest
    void everyPackageHasItsPlaceInTheTable(JavaClasses muster) {
        Set<String> found = muster.stream()
                .map(ArchitectureTest::feature)
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
        found.removeAll(MAY_USE.keySet());
        assertEquals(Set.of(), found, "packages that the table does not name");
    }

    @ArchTest
    void packagesUseOnlyWhatTheTableAllows(JavaClasses muster) {
        MAY_USE.forEach((name, allowed) -> noClasses()
                .that()
                .resideInAPackage(BASE + "." + name + "..")
                .should()
                .dependOnClassesThat(isOutside(name, allowed))
                .because(name + " may use " + (allowed.isEmpty() ? "nothing of Muster" : allowed))
                .allowEmptyShould(true)
                .check(muster));
    }

    @ArchTest
    static final ArchRule noPackagesUseEachOtherInACircle =
            slices().matching(BASE + ".(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule stepsKnowNothingOfEachOther = slices().matching(BASE + ".steps.(*)..")
            .should()
            .notDependOnEachOther()
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule onlyThreePackagesKnowTheProcessEngine = noClasses()
            .that()
            .resideOutsideOfPackages(BASE + ".engine..", BASE + ".runbook..", BASE + ".web..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.camunda..")
            .because("a move to a successor of Camunda 7 must touch few files");

    @ArchTest
    static final ArchRule onlyTheBootstrapKnowsTheSandbox = classes()
            .that()
            .resideInAPackage(BASE + ".sandbox..")
            .should()
            .onlyHaveDependentClassesThat()
            .resideInAnyPackage(BASE + ".boot..", BASE + ".sandbox..")
            .because("it is reached through its protocols")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule fieldsAreNotInjected = noFields()
            .should()
            .beAnnotatedWith(Autowired.class)
            .orShould()
            .beAnnotatedWith(Value.class)
            .orShould()
            .beAnnotatedWith("jakarta.inject.Inject")
            .orShould()
            .beAnnotatedWith("jakarta.annotation.Resource")
            .because("constructors say what a class needs");

    @ArchTest
    static final ArchRule timeComesFromAClock = noClasses()
            .that()
            .resideOutsideOfPackage(BASE + ".sandbox..")
            .should()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(LocalDate.class, "now")
            .orShould()
            .callMethod(LocalDateTime.class, "now")
            .orShould()
            .callMethod(OffsetDateTime.class, "now")
            .orShould()
            .callMethod(ZonedDateTime.class, "now")
            .orShould()
            .callConstructor(Date.class)
            .orShould()
            .callMethod(Calendar.class, "getInstance")
            .because("tests turn the clock by hand");

    /** The process engine and certificates speak in dates; {@code step} binds the engine's. */
    @ArchTest
    static final ArchRule datesStayAtTheEdges = noClasses()
            .that()
            .resideInAnyPackage(packages("inventory", "journal", "approval", "recovery", "notify", "steps"))
            .should()
            .dependOnClassesThat()
            .areAssignableTo(Date.class)
            .allowEmptyShould(true);

    private static String[] packages(String... names) {
        return Stream.of(names).map(name -> BASE + "." + name + "..").toArray(String[]::new);
    }

    private static DescribedPredicate<JavaClass> isOutside(String name, Set<String> allowed) {
        List<String> inside = Stream.concat(Stream.of(name), allowed.stream()).toList();
        return resideInAnyPackage(BASE, BASE + "..")
                .and(describe(
                        "are not of " + inside,
                        type -> !inside.contains(feature(type)) || feature(type).isEmpty()));
    }

    /** The part of the package's name below the base, empty for the base itself. */
    private static String feature(JavaClass type) {
        String[] parts = type.getPackageName().split("\\.");
        return parts.length > 2 ? parts[2] : "";
    }
}
