package io.muster.steps.drill;

import io.muster.inventory.Inventory;
import io.muster.recovery.Backup;
import io.muster.recovery.BackupSchedule;
import io.muster.recovery.Backups;
import io.muster.recovery.Criterion;
import io.muster.recovery.Drill;
import io.muster.recovery.Drills;
import io.muster.recovery.Measure;
import io.muster.recovery.Measures;
import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.RunFacts;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.step.StepInfo;
import io.muster.steps.Targets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.springframework.core.env.Environment;

@StepInfo(
        name = "completionReport",
        title = "Write the completion report",
        description =
                "Writes the report of the run's drill and keeps it with the run as `completion.md`, whether it passed or"
                        + " not: who started, approved, answered and decided what; each step with its criteria and their evidence;"
                        + " the measures with target and grade; the backups that the run took, its wipe, what comparisons of the"
                        + " test data said, what failed on the way; and what it comes to.",
        category = "Drill",
        changes = false,
        afterCrash = AfterCrash.REPEAT,
        errors = {Reason.NOT_FOUND, Reason.NOT_IN_INVENTORY})
public class CompletionReport implements Step<CompletionReport.Input, CompletionReport.Output> {

    private static final String NAME = "completion.md";
    private static final String INTERIM = "completion-interim.md";

    public record Input(
            @Field(
                            label = "Went through",
                            description =
                                    "Whether all nine steps were gone through. Only with every criterion met is it PRODUCTION"
                                            + " READY.",
                            defaultValue = "false")
                    boolean passed,
            @Field(label = "Backup", description = "The one that was restored.", example = "20260101T100000Z-1a2b3c4d")
                    String backup,
            @Field(label = "Next steps", description = "One per line.", example = "", multiline = true)
                    List<String> nextSteps,
            @Field(
                            label = "Interim",
                            description =
                                    "Whether something of it is still to be decided: kept as `completion-interim.md`, which a whole"
                                            + " report follows.",
                            defaultValue = "false")
                    boolean interim) {
        String name() {
            return interim ? INTERIM : NAME;
        }
    }

    public record Output(
            @Field(label = "Document", description = "Its name.") String document,
            @Field(label = "All met", description = "Whether every step has criteria and all of them are met.")
                    boolean allMet,
            @Field(
                            label = "Why not",
                            description =
                                    "What is not met, or why it ended before; empty where all nine steps are passed.")
                    String why) {}

    private final Targets targets;
    private final RunFacts runs;
    private final Drills drills;
    private final Measures measures;
    private final Backups backups;
    private final Environment settings;

    CompletionReport(
            Targets targets, RunFacts runs, Drills drills, Measures measures, Backups backups, Environment settings) {
        this.targets = targets;
        this.runs = runs;
        this.drills = drills;
        this.measures = measures;
        this.backups = backups;
        this.settings = settings;
    }

    @Override
    public String target(Input input) {
        return input.name();
    }

    @Override
    public Output run(Input input, StepContext context) {
        String run = context.run().rootId();
        Drill drill = drills.find(run)
                .orElseThrow(() -> new StepFailure.Rejected(
                        Reason.NOT_FOUND,
                        "Run " + run + " has begun no drill: begin it with `drillStart` in the diagram."));
        Map<Integer, List<Criterion>> criteria = measures.criteria(run).stream()
                .collect(Collectors.groupingBy(Criterion::phase, TreeMap::new, Collectors.toList()));
        boolean allMet = criteria.size() == CompletionDocument.STEPS.size()
                && criteria.values().stream()
                        .flatMap(List::stream)
                        .noneMatch(criterion -> criterion.result() == Criterion.Result.FAILED);
        boolean ready = input.passed() && allMet;
        RunFacts.Facts facts = runs.of(run);
        String why = Verdict.of(criteria, facts);
        Inventory.Service service = targets.service(context, drill.service());
        String text = new CompletionDocument(
                        input,
                        drill,
                        service,
                        targets.host(context, service.container()),
                        facts,
                        criteria,
                        measured(run),
                        taken(drill, run),
                        BackupSchedule.inWords(service, settings),
                        context.clock().instant())
                .text(ready);
        context.document(input.name(), text);
        context.log().info("Kept " + input.name() + ": " + CompletionDocument.status(ready));
        return new Output(input.name(), allMet, why);
    }

    private Map<String, Measure> measured(String run) {
        return measures.of(List.of(run)).getOrDefault(run, List.of()).stream()
                .collect(Collectors.toMap(Measure::name, measure -> measure));
    }

    /** Oldest first. */
    private List<Backup> taken(Drill drill, String run) {
        return backups.kept(drill.environment(), drill.service()).stream()
                .filter(backup -> backup.runId().equals(run))
                .sorted(java.util.Comparator.comparing(Backup::takenAt))
                .toList();
    }
}
