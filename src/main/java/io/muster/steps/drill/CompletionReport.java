package io.muster.steps.drill;

import io.muster.recovery.Criterion;
import io.muster.recovery.Drill;
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
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

@StepInfo(
        name = "completionReport",
        title = "Write the completion report",
        description =
                "Writes the report of the run's drill and keeps it with the run as `completion.md`: each step with its"
                        + " criteria and their evidence, the measures with target and grade, and what it comes to.",
        category = "Drill",
        changes = false,
        afterCrash = AfterCrash.REPEAT,
        errors = {Reason.NOT_FOUND})
public class CompletionReport implements Step<CompletionReport.Input, CompletionReport.Output> {

    private static final String NAME = "completion.md";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'").withZone(ZoneOffset.UTC);

    private static final List<String> STEPS = List.of(
            "Service implemented and deployed",
            "Tested from outside",
            "Deleted and recreated",
            "Data backup plan integrated",
            "Test data populated",
            "Backup tested",
            "Baseline backup created",
            "Service wiped",
            "Service restored and verified");

    public record Input(
            @Field(
                            label = "Went through",
                            description =
                                    "Whether all nine steps were gone through. Only with every criterion met is it PRODUCTION"
                                            + " READY.",
                            defaultValue = "false")
                    boolean passed,
            @Field(label = "Container", description = "Where the service runs.", example = "experimental-01")
                    String container,
            @Field(label = "Backup", description = "The one that was restored.", example = "20260101T100000Z-1a2b3c4d")
                    String backup,
            @Field(
                            label = "Data verification",
                            description = "What the comparison of the test data said.",
                            example = "312 records, all as before.")
                    String data,
            @Field(label = "Next steps", description = "One per line.", example = "", multiline = true)
                    List<String> nextSteps) {}

    public record Output(
            @Field(label = "Document", description = "Its name.") String document,
            @Field(label = "All met", description = "Whether every step has criteria and all of them are met.")
                    boolean allMet) {}

    private final Drills drills;
    private final Measures measures;

    CompletionReport(Drills drills, Measures measures) {
        this.drills = drills;
        this.measures = measures;
    }

    @Override
    public String target(Input input) {
        return NAME;
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
        boolean allMet = criteria.size() == STEPS.size()
                && criteria.values().stream()
                        .flatMap(List::stream)
                        .noneMatch(criterion -> criterion.result() == Criterion.Result.FAILED);
        String status = input.passed() && allMet ? "PRODUCTION READY" : "NOT PRODUCTION READY";
        StringBuilder text = new StringBuilder("# Service deployment workflow: " + Line.of(drill.service()) + "\n\n");
        text.append("Service status: **").append(status).append("**\n\n");
        head(text, input, drill, context);
        text.append("\n## Results\n\n");
        for (int phase = 1; phase <= STEPS.size(); phase++) {
            text.append(result(phase, criteria.getOrDefault(phase, List.of())));
        }
        text.append("\n## Recovery metrics\n\n").append(measured(run));
        text.append("\n## Data verification\n\n")
                .append(input.data() == null ? "None: the run did not come that far." : Line.of(input.data()))
                .append("\n");
        for (int phase = 1; phase <= STEPS.size(); phase++) {
            text.append(details(phase, criteria.getOrDefault(phase, List.of())));
        }
        nextSteps(text, input.nextSteps());
        context.document(NAME, text.toString());
        context.log().info("Kept " + NAME + ": " + status);
        return new Output(NAME, allMet);
    }

    private static void head(StringBuilder text, Input input, Drill drill, StepContext context) {
        text.append("| | |\n|---|---|\n");
        Map<String, String> rows = new java.util.LinkedHashMap<>();
        rows.put("Environment", drill.environment());
        rows.put("Version", drill.version().orElse("–"));
        rows.put("Container", input.container() == null ? "–" : input.container());
        rows.put("Run", drill.runId());
        rows.put(
                "Started by",
                context.run().startedBy() == null ? "a timer" : context.run().startedBy());
        rows.put("Started", TIME.format(drill.startedAt()));
        rows.put("Completed", TIME.format(context.clock().instant()));
        rows.put("Backup", input.backup() == null ? "–" : input.backup());
        rows.forEach((name, value) -> text.append("| ")
                .append(name)
                .append(" | ")
                .append(Line.of(value))
                .append(" |\n"));
    }

    private static String result(int phase, List<Criterion> criteria) {
        String mark = criteria.isEmpty() ? "not reached" : failed(criteria) == 0 ? "passed" : "**failed**";
        long asked = criteria.stream()
                .filter(criterion -> criterion.result() != Criterion.Result.NOT_ASKED)
                .count();
        return "- Step " + phase + ": " + STEPS.get(phase - 1) + " – " + mark
                + (criteria.isEmpty() ? "" : ", " + (asked - failed(criteria)) + " of " + asked + " criteria met")
                + "\n";
    }

    private static long failed(List<Criterion> criteria) {
        return criteria.stream()
                .filter(criterion -> criterion.result() == Criterion.Result.FAILED)
                .count();
    }

    private String measured(String run) {
        Map<String, Measure> found = measures.of(List.of(run)).getOrDefault(run, List.of()).stream()
                .collect(Collectors.toMap(Measure::name, measure -> measure));
        List<String> rows = new ArrayList<>();
        MeasureUnits.ALL.keySet().stream()
                .filter(found::containsKey)
                .map(found::get)
                .forEach(measure -> rows.add("| "
                        + MeasureText.name(measure) + " | " + MeasureText.value(measure) + " | "
                        + MeasureText.target(measure)
                        + " | " + measure.grade().map(Enum::name).orElse("–") + " |\n"));
        return rows.isEmpty()
                ? "Nothing was measured.\n"
                : "| Measure | Measured | Target | Grade |\n|---|---|---|---|\n" + String.join("", rows);
    }

    private static String details(int phase, List<Criterion> criteria) {
        if (criteria.isEmpty()) {
            return "";
        }
        return "\n## Step " + phase + ": " + STEPS.get(phase - 1)
                + "\n\n| Criterion | Result | Judged by | Evidence |\n|---|---|---|---|\n"
                + criteria.stream()
                        .map(criterion -> "| " + Line.of(criterion.text()) + " | " + result(criterion.result()) + " | "
                                + (criterion.judge() == Criterion.Judge.PERSON ? "a person" : "Muster") + " | "
                                + Line.of(criterion.evidence()) + " |\n")
                        .collect(Collectors.joining());
    }

    private static String result(Criterion.Result result) {
        return switch (result) {
            case PASSED -> "met";
            case FAILED -> "**not met**";
            case NOT_ASKED -> "not asked";
        };
    }

    private static void nextSteps(StringBuilder text, List<String> steps) {
        if (!steps.isEmpty()) {
            text.append("\n## Next steps\n\n");
            steps.forEach(step -> text.append("- ").append(Line.of(step)).append("\n"));
        }
    }
}
