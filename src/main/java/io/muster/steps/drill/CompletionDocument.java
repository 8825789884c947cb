package io.muster.steps.drill;

import io.muster.inventory.Inventory;
import io.muster.recovery.Backup;
import io.muster.recovery.Criterion;
import io.muster.recovery.Drill;
import io.muster.recovery.Measure;
import io.muster.recovery.MeasureUnits;
import io.muster.step.ByteSize;
import io.muster.step.RunFacts;
import io.muster.steps.Markdown;
import io.muster.steps.People;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The text of a completion report, from whatever is known by then. */
record CompletionDocument(
        CompletionReport.Input input,
        Drill drill,
        Inventory.Service service,
        Inventory.Host host,
        RunFacts.Facts run,
        Map<Integer, List<Criterion>> criteria,
        Map<String, Measure> measured,
        List<Backup> backups,
        String regularBackups,
        Instant now) {

    static final List<String> STEPS = List.of(
            "Service implemented and deployed",
            "Tested from outside",
            "Deleted and recreated",
            "Data backup plan integrated",
            "Test data populated",
            "Backup tested",
            "Baseline backup created",
            "Service wiped",
            "Service restored and verified");

    private static final String COMPARISON = "testDataVerify";
    private static final Set<String> RESTORE = Set.of("restoreSwap", "restoreFinish", "restoreUndo");
    private static final Set<String> WIPE = Set.of("wipeRemove", "wipeVerify");

    static String status(boolean ready) {
        return ready ? "PRODUCTION READY" : "NOT PRODUCTION READY";
    }

    String text(boolean ready) {
        StringBuilder text =
                new StringBuilder("# Service deployment workflow: " + Markdown.inline(drill.service()) + "\n\n");
        text.append("Service status: **").append(status(ready)).append("**\n\n");
        if (input.interim()) {
            text.append("Interim: what follows it is not decided yet; `completion.md` will say.\n\n");
        }
        text.append(Markdown.rows(head(ready)));
        text.append("\n## Results\n\n");
        for (int phase = 1; phase <= STEPS.size(); phase++) {
            text.append(result(phase));
        }
        text.append("\n## As it was judged\n\n")
                .append(said("Nothing was judged.", step -> step.step().equals("criteriaCheck")));
        text.append(People.sections(run));
        text.append("\n## Recovery metrics\n\n").append(metrics());
        text.append("\n## Backups of this run\n\n")
                .append(backups.isEmpty() ? "None was taken.\n" : lines(backups, CompletionDocument::line));
        text.append("\n## What was destroyed\n\n")
                .append(said("Nothing: the run did not come that far.", step -> WIPE.contains(step.step())));
        text.append("\n## What was restored\n\n")
                .append(said("Nothing: the run did not come that far.", step -> RESTORE.contains(step.step())));
        text.append("\n## Data verification\n\n")
                .append(said("None: the run did not come that far.", step -> step.step()
                        .equals(COMPARISON)));
        text.append(failures());
        for (int phase = 1; phase <= STEPS.size(); phase++) {
            text.append(details(phase));
        }
        text.append(documents());
        if (!input.nextSteps().isEmpty()) {
            text.append("\n## Next steps\n\n").append(lines(input.nextSteps(), Markdown::inline));
        }
        return text.toString();
    }

    private Map<String, String> head(boolean ready) {
        Map<String, String> rows = new LinkedHashMap<>();
        String why = Verdict.of(criteria, run);
        if (!ready && !why.isEmpty()) {
            rows.put("Why not", why);
        }
        rows.put("Environment", drill.environment());
        rows.put("Service", service.name() + ", image " + service.image());
        rows.put("Version", drill.version().orElse("–"));
        rows.put(
                "Image, as resolved",
                last("imageResolve").map(RunFacts.StepFact::detail).orElse("none in this run"));
        rows.put(
                "Host",
                service.container() + ", class "
                        + service.containerClass().name().toLowerCase(java.util.Locale.ROOT));
        host.lxc().ifPresent(lxc -> rows.put("LXC container", lxc.vmid() + " on " + lxc.node()));
        rows.put("Container", service.container() + "/" + service.name());
        rows.put("Volumes", volumes());
        rows.put(
                "External access",
                service.qualification()
                        .external()
                        .map(external -> external.url())
                        .orElse("not asked: the inventory gives it no `external`"));
        rows.put("Runbook", run.runbook() + ", version " + run.version());
        rows.put("Run", drill.runId());
        rows.put("Reason", run.reason().orElse("–"));
        rows.put(
                "Started",
                Markdown.time(drill.startedAt()) + " by " + run.startedBy().orElse("a timer"));
        drill.endedAt()
                .ifPresent(at -> rows.put(
                        "Declared", Markdown.time(at) + ": " + drill.result().orElse("–")));
        rows.put("Reported", Markdown.time(now));
        rows.put("Criteria", criteriaInAll());
        gone().ifPresent(at -> rows.put(
                "Left behind",
                "no container of the service: this run removed it at " + Markdown.time(at)
                        + " and has started none since"));
        rows.put("Test data", testData());
        rows.put("Regular backups", regularBackups);
        if (input.backup() != null) {
            rows.put("Backup restored", input.backup());
        }
        return rows;
    }

    private Optional<RunFacts.StepFact> last(String step) {
        return run.steps().stream()
                .filter(fact -> fact.step().equals(step) && fact.outcome().equals("SUCCEEDED"))
                .reduce((earlier, later) -> later);
    }

    private String criteriaInAll() {
        List<Criterion> all = criteria.values().stream().flatMap(List::stream).toList();
        long unasked = count(all, Criterion.Result.NOT_ASKED);
        return count(all, Criterion.Result.PASSED) + " of " + (all.size() - unasked) + " met, " + unasked
                + " not asked, " + (STEPS.size() - criteria.size()) + " of " + STEPS.size() + " steps not reached";
    }

    /** When this run removed the service's container, where it has started none since. */
    private Optional<Instant> gone() {
        Optional<Instant> started = last("dockerRun").map(RunFacts.StepFact::at);
        return last("wipeRemove").map(RunFacts.StepFact::at).filter(removed -> started.filter(removed::isBefore)
                .isEmpty());
    }

    /** What this run has left in the service. */
    private String testData() {
        Optional<RunFacts.StepFact> made = last("testDataPopulate");
        Optional<RunFacts.StepFact> removed = last("testDataRemove")
                .filter(it -> made.filter(populated -> it.at().isBefore(populated.at()))
                        .isEmpty());
        return made.map(it -> "populated at " + Markdown.time(it.at())
                        + removed.map(gone -> ", removed at " + Markdown.time(gone.at()))
                                .orElse(
                                        input.interim()
                                                ? ", not decided yet whether it is removed"
                                                : ", not removed: it may be in the service still"))
                .orElse("none was populated");
    }

    private String volumes() {
        return service.volumes().isEmpty()
                ? "none"
                : service.volumes().stream()
                        .map(volume ->
                                volume.source() + " at " + volume.target() + (volume.readOnly() ? ", read only" : ""))
                        .collect(Collectors.joining("; "));
    }

    private String result(int phase) {
        List<Criterion> found = criteria.getOrDefault(phase, List.of());
        long failed = count(found, Criterion.Result.FAILED);
        long unasked = count(found, Criterion.Result.NOT_ASKED);
        long asked = found.size() - unasked;
        String mark = found.isEmpty()
                ? phase == Verdict.unjudged(criteria) && !input.passed()
                        ? "**ended before it was judged**"
                        : "not reached"
                : failed == 0 ? "passed" : "**failed**";
        return "- Step " + phase + ": " + STEPS.get(phase - 1) + " – " + mark
                + (found.isEmpty() ? "" : ", " + (asked - failed) + " of " + asked + " criteria met")
                + (unasked == 0 ? "" : ", " + unasked + " not asked")
                + "\n";
    }

    private static long count(List<Criterion> criteria, Criterion.Result result) {
        return criteria.stream()
                .filter(criterion -> criterion.result() == result)
                .count();
    }

    private String metrics() {
        String rows = MeasureUnits.ALL.keySet().stream()
                .filter(measured::containsKey)
                .map(measured::get)
                .map(measure -> "| " + MeasureText.name(measure) + " | " + MeasureText.value(measure) + " | "
                        + MeasureText.target(measure) + " | "
                        + measure.grade().map(Enum::name).orElse("–") + " |\n")
                .collect(Collectors.joining());
        return rows.isEmpty()
                ? "Nothing was measured.\n"
                : "| Measure | Measured | Target | Grade |\n|---|---|---|---|\n" + rows + incomplete();
    }

    /** Not every restore that was measured brought all of it back. */
    private String incomplete() {
        return count(criteria.getOrDefault(STEPS.size(), List.of()), Criterion.Result.FAILED) == 0
                ? ""
                : "\nStep 9 is not passed: what was measured of the restore, RTO among it, proves no recovery.\n";
    }

    private static String line(Backup backup) {
        return Markdown.inline(backup.id()) + " in " + Markdown.inline(backup.host() + ":" + backup.path()) + ", "
                + new ByteSize(backup.bytes()) + ", data as of " + Markdown.time(backup.takenAt()) + ", "
                + backup.damage()
                        .map(why -> "**damaged**: " + Markdown.inline(why))
                        .or(() -> backup.verifiedAt().map(at -> "last read back whole at " + Markdown.time(at)))
                        .orElse("never read back whole");
    }

    /** What steps said, with the time at which they began. */
    private String said(String nothing, Predicate<RunFacts.StepFact> wanted) {
        List<RunFacts.StepFact> found = run.steps().stream()
                .filter(wanted)
                .filter(step -> !step.outcome().equals("OPEN"))
                .toList();
        return found.isEmpty() ? nothing + "\n" : lines(found, CompletionDocument::line);
    }

    private static String line(RunFacts.StepFact step) {
        return Markdown.time(step.at()) + ", " + Markdown.inline(step.title()) + ", " + Markdown.inline(step.target())
                + ": " + (step.outcome().equals("SUCCEEDED") ? "" : "**" + step.outcome() + "** ")
                + (step.detail().isBlank() ? "done" : Markdown.inline(step.detail()));
    }

    /** Attempts that failed and steps that were skipped, also where it went on. */
    private String failures() {
        List<RunFacts.StepFact> found = run.steps().stream()
                .filter(step ->
                        step.outcome().equals("FAILED") || step.outcome().equals("SKIPPED"))
                .toList();
        return found.isEmpty()
                ? ""
                : "\n## What failed or was skipped on the way\n\n" + lines(found, CompletionDocument::line);
    }

    private String details(int phase) {
        List<Criterion> found = criteria.getOrDefault(phase, List.of());
        return found.isEmpty()
                ? ""
                : "\n## Step " + phase + ": " + STEPS.get(phase - 1)
                        + "\n\n| Criterion | Result | Judged by | Judged at | Evidence |\n|---|---|---|---|---|\n"
                        + found.stream().map(this::row).collect(Collectors.joining());
    }

    /** Whoever answered last before it was judged. */
    private String person(Criterion criterion) {
        return run.answers().stream()
                .filter(answer -> !answer.at().isAfter(criterion.at()))
                .reduce((earlier, later) -> later)
                .map(answer -> Markdown.inline(answer.by()))
                .orElse("a person");
    }

    private String row(Criterion criterion) {
        String result =
                switch (criterion.result()) {
                    case PASSED -> "met";
                    case FAILED -> "**not met**";
                    case NOT_ASKED -> "not asked";
                };
        return "| " + Markdown.inline(criterion.text()) + " | " + result + " | "
                + (criterion.judge() == Criterion.Judge.PERSON ? person(criterion) : "Muster") + " | "
                + Markdown.time(criterion.at()) + " | " + Markdown.inline(criterion.evidence()) + " |\n";
    }

    private String documents() {
        Set<String> names = run.documents().stream()
                .map(RunFacts.DocumentFact::name)
                .filter(name -> !name.equals(input.name()))
                .collect(Collectors.toCollection(java.util.TreeSet::new));
        return names.isEmpty()
                ? ""
                : "\n## Other documents of this run\n\n" + lines(List.copyOf(names), Markdown::inline);
    }

    private static <T> String lines(List<T> entries, java.util.function.Function<T, String> line) {
        return entries.stream().map(entry -> "- " + line.apply(entry) + "\n").collect(Collectors.joining());
    }
}
