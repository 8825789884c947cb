package io.muster.steps.drill;

import io.muster.inventory.Inventory;
import io.muster.recovery.Drills;
import io.muster.recovery.Measure;
import io.muster.recovery.MeasureUnits;
import io.muster.recovery.Measures;
import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.step.StepInfo;
import io.muster.steps.Targets;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

@StepInfo(
        name = "measuresRecord",
        title = "Record measures",
        description =
                "Keeps what was measured with the run's drill: seconds, bytes, changes or percent, with the grade that"
                        + " the table `recovery-thresholds` gave it. A value of -1, or none, was not measured and is left out."
                        + " Where the inventory sets a service its own RTO or RPO, that is the target which is kept.",
        category = "Drill",
        changes = false,
        afterCrash = AfterCrash.REPEAT,
        errors = {Reason.NOT_FOUND, Reason.NOT_IN_INVENTORY})
public class MeasuresRecord implements Step<MeasuresRecord.Input, MeasuresRecord.Output> {

    public record Input(
            @NotBlank @Field(label = "Service", description = "A service of the run's environment.", example = "notes")
                    String service,
            @NotEmpty
                    @Field(
                            label = "Values",
                            description = "One name=number per line: deployment-time, rto, rpo, backup-size, …",
                            example = "rto=312\nbackup-size=1048576",
                            multiline = true)
                    Map<String, String> values,
            @Field(
                            label = "Only if",
                            description =
                                    "One name=true or name=false per line: a value is left out unless it is true. A"
                                            + " deployment that did not take place took no time.",
                            example = "deployment-time=true",
                            multiline = true)
                    Map<String, String> onlyIf,
            @Field(
                            label = "Grades",
                            description = "As the table gave them: name GRADE target, one per line.",
                            example = "rto TARGET 900",
                            multiline = true)
                    List<String> grades) {}

    public record Output(
            @Field(label = "Recorded") int recorded,
            @Field(label = "Acceptable", description = "Whether none of them is graded WARNING.") boolean acceptable,
            @Field(
                            label = "Within the service's targets",
                            description =
                                    "As `criteriaCheck` reads it: whether RTO and RPO are, or not asked of a service"
                                            + " that has none. What was not measured is not.")
                    String withinTargets,
            @Field(label = "Targets", description = "What was measured beside what the inventory asks.") String targets,
            @Field(label = "Summary", description = "One sentence.") String summary) {}

    private final Targets targets;
    private final Drills drills;
    private final Measures measures;

    MeasuresRecord(Targets targets, Drills drills, Measures measures) {
        this.targets = targets;
        this.drills = drills;
        this.measures = measures;
    }

    @Override
    public String target(Input input) {
        return input.service();
    }

    private record Graded(Measure.Grade grade, BigDecimal target) {}

    @Override
    public Output run(Input input, StepContext context) {
        Inventory.Service service = targets.service(context, input.service());
        List<String> wrong = new ArrayList<>();
        Map<String, Graded> grades = grades(input.grades(), wrong);
        List<Measure> found = new ArrayList<>();
        MeasureUnits.ALL.forEach((name, unit) -> Optional.ofNullable(
                        input.values().get(name))
                .filter(text -> !text.isBlank())
                .flatMap(text -> number(name, text, wrong))
                .filter(value -> value.signum() >= 0)
                .filter(value ->
                        input.onlyIf().getOrDefault(name, "true").strip().equals("true"))
                .ifPresent(value -> found.add(measure(name, unit, value, grades, service, context))));
        input.values().keySet().stream()
                .filter(name -> !MeasureUnits.ALL.containsKey(name))
                .forEach(name -> wrong.add("there is no measure '" + name + "'"));
        if (!wrong.isEmpty()) {
            throw new StepFailure.Rejected(
                    Reason.INVALID_INPUT,
                    "Nothing was recorded: " + String.join("; ", wrong) + ". Measures are "
                            + String.join(", ", MeasureUnits.ALL.keySet()) + ".");
        }
        return record(found, service, context);
    }

    private Output record(List<Measure> found, Inventory.Service service, StepContext context) {
        String run = context.run().rootId();
        if (drills.find(run).isEmpty()) {
            throw new StepFailure.Rejected(
                    Reason.NOT_FOUND, "Run " + run + " has begun no drill: begin it with `drillStart` in the diagram.");
        }
        measures.record(run, context.id(), found);
        String summary = found.stream().map(MeasureText::sentence).collect(Collectors.joining(", "));
        context.log().info(summary);
        boolean acceptable = found.stream()
                .noneMatch(measure ->
                        measure.grade().filter(Measure.Grade.WARNING::equals).isPresent());
        return new Output(found.size(), acceptable, within(found, service), targets(found, service), summary);
    }

    private static final List<String> TARGETED = List.of(Measures.RTO, Measures.RPO);

    private static String within(List<Measure> found, Inventory.Service service) {
        List<String> asked =
                TARGETED.stream().filter(name -> own(name, service).isPresent()).toList();
        return asked.isEmpty()
                ? "not asked"
                : Boolean.toString(asked.stream().allMatch(name -> found.stream()
                        .anyMatch(measure -> measure.name().equals(name)
                                && measure.value().compareTo(own(name, service).orElseThrow()) <= 0)));
    }

    private static String targets(List<Measure> found, Inventory.Service service) {
        return TARGETED.stream()
                .map(name -> MeasureText.beside(name, found, own(name, service)))
                .collect(Collectors.joining(", "));
    }

    private static Measure measure(
            String name,
            Measure.Unit unit,
            BigDecimal value,
            Map<String, Graded> grades,
            Inventory.Service service,
            StepContext context) {
        Optional<Graded> graded = Optional.ofNullable(grades.get(name));
        Optional<BigDecimal> own = own(name, service);
        boolean beyond = own.filter(most -> value.compareTo(most) > 0).isPresent();
        return new Measure(
                name,
                unit,
                value,
                own.or(() -> graded.map(Graded::target)),
                beyond ? Optional.of(Measure.Grade.WARNING) : graded.map(Graded::grade),
                context.clock().instant());
    }

    /** What the inventory asks of this service, in seconds; what is beyond it is a warning, whatever the table says. */
    private static Optional<BigDecimal> own(String name, Inventory.Service service) {
        Optional<Duration> time =
                switch (name) {
                    case Measures.RTO -> service.recovery().flatMap(recovery -> recovery.rto());
                    case Measures.RPO -> service.recovery().flatMap(recovery -> recovery.rpo());
                    default -> Optional.empty();
                };
        return time.map(most -> BigDecimal.valueOf(most.toSeconds()));
    }

    private static Map<String, Graded> grades(List<String> lines, List<String> wrong) {
        Map<String, Graded> grades = new HashMap<>();
        for (String line : lines) {
            String[] parts = line.strip().split("\\s+");
            try {
                grades.put(parts[0], new Graded(Measure.Grade.valueOf(parts[1]), new BigDecimal(parts[2])));
            } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
                wrong.add("'" + line + "' is no grade, such as `rto TARGET 900`");
            }
        }
        return grades;
    }

    private static Optional<BigDecimal> number(String name, String text, List<String> wrong) {
        try {
            return Optional.of(new BigDecimal(text.strip()));
        } catch (NumberFormatException e) {
            wrong.add("`" + name + "` is '" + text + "', which is no number");
            return Optional.empty();
        }
    }
}
