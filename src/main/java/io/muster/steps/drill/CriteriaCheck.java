package io.muster.steps.drill;

import io.muster.recovery.Criterion;
import io.muster.recovery.Criterion.Result;
import io.muster.recovery.Drills;
import io.muster.recovery.Measures;
import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.step.StepInfo;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

@StepInfo(
        name = "criteriaCheck",
        title = "Check acceptance criteria",
        description =
                "Judges the acceptance criteria of a phase of the run's drill, keeps each result with its evidence, and"
                        + " says whether all were met. A criterion is a line `name | text | true or false | evidence`; `not asked`"
                        + " in place of true or false where it does not apply to the service, with the reason as evidence; an empty"
                        + " one, which nothing found out, is not met. It"
                        + " succeeds whatever it finds: look at `passed`.",
        category = "Drill",
        changes = false,
        afterCrash = AfterCrash.REPEAT,
        errors = {Reason.NOT_FOUND})
public class CriteriaCheck implements Step<CriteriaCheck.Input, CriteriaCheck.Output> {

    private static final int EVIDENCE = 2_000;

    public record Input(
            @Min(1) @Max(9) @Field(label = "Phase", description = "1 to 9.", example = "2") int phase,
            @Field(
                            label = "Criteria",
                            description = "One per line: name | text | true, false or not asked | evidence.",
                            example = "healthy | Health check passes | true | It answered 200",
                            multiline = true)
                    List<String> criteria,
            @Field(
                            label = "Findings",
                            description = "Criteria that a step has judged, of the same form.",
                            example = "",
                            multiline = true)
                    List<String> findings,
            @Field(
                            label = "By a person",
                            description = "Criteria that a person judged in a form, of the same form.",
                            example = "",
                            multiline = true)
                    List<String> byPerson,
            @Field(
                            label = "Who and why",
                            description = "What that person wrote: evidence of each criterion of theirs.",
                            example = "Looked at the role's README.",
                            multiline = true)
                    String comment) {}

    public record Output(
            @Field(label = "Passed", description = "Whether every criterion that was asked is met.") boolean passed,
            @Field(label = "Asked") int asked,
            @Field(label = "Met") int met,
            @Field(label = "Failed", description = "text: evidence, one per line.") List<String> failed,
            @Field(label = "Summary", description = "One sentence.") String summary) {}

    private final Drills drills;
    private final Measures measures;

    CriteriaCheck(Drills drills, Measures measures) {
        this.drills = drills;
        this.measures = measures;
    }

    @Override
    public String target(Input input) {
        return "criteria of step " + input.phase();
    }

    @Override
    public Output run(Input input, StepContext context) {
        List<Criterion> criteria = read(input, context.clock().instant());
        String run = context.run().rootId();
        if (drills.find(run).isEmpty()) {
            throw new StepFailure.Rejected(
                    Reason.NOT_FOUND, "Run " + run + " has begun no drill: begin it with `drillStart` in the diagram.");
        }
        measures.judge(run, context.id(), criteria);
        criteria.forEach(criterion ->
                context.log().info(criterion.result() + ": " + criterion.text() + " – " + criterion.evidence()));
        List<String> failed = criteria.stream()
                .filter(criterion -> criterion.result() == Result.FAILED)
                .map(criterion -> criterion.text() + ": " + criterion.evidence())
                .toList();
        int asked = (int) criteria.stream()
                .filter(criterion -> criterion.result() != Result.NOT_ASKED)
                .count();
        int met = asked - failed.size();
        String summary = "Step " + input.phase() + ": " + met + " of " + asked + " criteria are met"
                + (failed.isEmpty() ? "" : ". Not met: " + String.join("; ", failed));
        return new Output(failed.isEmpty() && asked > 0, asked, met, failed, summary);
    }

    private static List<Criterion> read(Input input, Instant at) {
        List<String> wrong = new ArrayList<>();
        List<Criterion> found = new ArrayList<>();
        input.criteria().forEach(line -> parse(line, input, false, at, found, wrong));
        input.findings().forEach(line -> parse(line, input, false, at, found, wrong));
        input.byPerson().forEach(line -> parse(line, input, true, at, found, wrong));
        Set<String> names = new HashSet<>();
        wrong.addAll(found.stream()
                .map(Criterion::name)
                .filter(name -> !names.add(name))
                .map(name -> "'" + name + "' is there twice")
                .collect(Collectors.toCollection(java.util.LinkedHashSet::new)));
        if (found.isEmpty() && wrong.isEmpty()) {
            wrong.add("there is no criterion, and a phase without any cannot be passed");
        }
        if (!wrong.isEmpty()) {
            throw new StepFailure.Rejected(
                    Reason.INVALID_INPUT,
                    "The criteria of step " + input.phase() + " cannot be judged: " + String.join("; ", wrong)
                            + ". Write each as `name | text | true | evidence`.");
        }
        return found;
    }

    private static void parse(
            String line, Input input, boolean byPerson, Instant at, List<Criterion> found, List<String> wrong) {
        String[] parts = line.split("\\|", 4);
        if (parts.length < 3 || parts[0].isBlank() || parts[1].isBlank()) {
            wrong.add("'" + line + "' is no criterion");
            return;
        }
        String name = parts[0].strip();
        Result result =
                switch (parts[2].strip()) {
                    case "true" -> Result.PASSED;
                        // Nothing found it out.
                    case "", "false" -> Result.FAILED;
                    case "not asked" -> Result.NOT_ASKED;
                    default -> null;
                };
        if (result == null) {
            wrong.add("'" + name + "' is '" + parts[2].strip() + "', and must be true, false or not asked");
            return;
        }
        String evidence = parts.length > 3 ? parts[3].strip() : "";
        if (byPerson && input.comment() != null) {
            evidence = (evidence + " " + input.comment()).strip();
        }
        found.add(new Criterion(
                input.phase(),
                name,
                parts[1].strip(),
                result,
                byPerson ? Criterion.Judge.PERSON : Criterion.Judge.MACHINE,
                shortened(evidence.replaceAll("\\s+", " ")),
                at));
    }

    private static String shortened(String text) {
        return text.isEmpty() ? "–" : text.length() <= EVIDENCE ? text : text.substring(0, EVIDENCE - 1) + "…";
    }
}
