package io.muster.steps.wipe;

import io.muster.inventory.External;
import io.muster.inventory.Inventory;
import io.muster.remote.HttpProbe;
import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.RunFacts;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.step.StepInfo;
import io.muster.steps.Markdown;
import io.muster.steps.Moments;
import io.muster.steps.People;
import io.muster.steps.PlannedData;
import io.muster.steps.Targets;
import jakarta.validation.constraints.NotBlank;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

@StepInfo(
        name = "wipeVerify",
        title = "Verify a wipe",
        description =
                "Looks whether a wiped service is gone: no container of its name or of the ids that were approved, its"
                        + " URLs (its own, and that from outside) refuse or are silent, its volumes and data items are not there"
                        + " (where they were part of it), and that the backup still is, with the files of its manifest. Keeps the report `wipe.md` with the run: what went, what was seen, who approved it and what else people"
                        + " answered. It succeeds whatever it finds: look at `gone`.",
        category = "Drill",
        changes = false,
        afterCrash = AfterCrash.REPEAT,
        errors = {Reason.NOT_IN_INVENTORY})
public class WipeVerify implements Step<WipeVerify.Input, WipeVerify.Output> {

    private static final String DOCUMENT = "wipe.md";

    /** What asks it and hears nothing of it. */
    private static final Set<String> SILENT = Set.of(Reason.HOST_UNREACHABLE);

    /** What a proxy in front of it answers then. */
    private static final Set<Integer> NOTHING_BEHIND = Set.of(502, 503, 504);

    public record Input(
            @NotBlank @Field(label = "Service", description = "A service of the run's environment.", example = "notes")
                    String service,
            @Field(
                            label = "Destroyed",
                            description = "As it was approved.",
                            example = "container notes 9f86d081884c",
                            multiline = true)
                    List<String> destroyed,
            @NotBlank @Field(label = "Backup", description = "Its id.", example = "20260101T100000Z-1a2b3c4d")
                    String backup,
            @NotBlank @Field(label = "Backup host", example = "monitoring-01") String backupHost,
            @NotBlank @Field(label = "Backup path", example = "/srv/persistent/backups/prod/notes/1") String backupPath,
            @Field(label = "Wiped at", description = "ISO-8601.", example = "2026-01-01T10:00:00Z") String wipedAt,
            @Field(label = "Version", description = "That was wiped.", example = "1.1.0") String version) {}

    public record Output(
            @Field(label = "Gone", description = "All of it, and the backup is there.") boolean gone,
            @Field(
                            label = "Findings",
                            description =
                                    "As `criteriaCheck` reads them: container, unreachable, data and backup, each with"
                                            + " what was seen. Data that was no part of it is not removed; without a URL nobody is"
                                            + " asked.")
                    List<String> findings,
            @Field(label = "Summary", description = "One sentence.") String summary,
            @Field(label = "Report", description = "Its document's name.") String report) {}

    private final Targets targets;
    private final Engines engines;
    private final Shell shell;
    private final HttpProbe http;
    private final PlannedData planned;
    private final RunFacts runs;

    WipeVerify(Targets targets, Engines engines, Shell shell, HttpProbe http, PlannedData planned, RunFacts runs) {
        this.targets = targets;
        this.engines = engines;
        this.shell = shell;
        this.http = http;
        this.planned = planned;
        this.runs = runs;
    }

    @Override
    public String target(Input input) {
        return input.service();
    }

    private enum State {
        YES,
        NO,
        NOT_ASKED
    }

    private record Found(State state, String text) {
        boolean good() {
            return state == State.YES;
        }

        /** As {@code criteriaCheck} reads it. */
        String line(String name, String criterion) {
            String judged = state == State.NOT_ASKED ? "not asked" : Boolean.toString(good());
            return name + " | " + criterion + " | " + judged + " | " + text.replaceAll("\\s+", " ");
        }

        String shown() {
            return state == State.NOT_ASKED ? "not asked" : state.name();
        }
    }

    @Override
    public Output run(Input input, StepContext context) {
        Inventory.Service service = targets.service(context, input.service());
        Map<String, Found> found = new LinkedHashMap<>();
        found.put("Container deleted", containers(input, service, context));
        found.put("Service not accessible", unreachable(service, context));
        Optional<Found> data = data(input, service, context);
        data.ifPresent(it -> found.put("Data deleted", it));
        found.put("Backup still there", backup(input, context));
        boolean gone = found.values().stream().noneMatch(it -> it.state() == State.NO);
        String summary = found.entrySet().stream()
                .map(entry -> entry.getKey() + ": " + entry.getValue().shown() + " ("
                        + entry.getValue().text() + ")")
                .reduce((a, b) -> a + "; " + b)
                .orElseThrow();
        context.log().info(summary);
        context.document(DOCUMENT, report(input, service, found, gone, context));
        return new Output(
                gone,
                List.of(
                        found.get("Container deleted").line("container", "Container completely deleted"),
                        found.get("Service not accessible").line("unreachable", "Service no longer accessible"),
                        data.orElse(new Found(State.NO, "no data was part of the wipe"))
                                .line("data", "Data removed"),
                        found.get("Backup still there").line("backup", "Backup still exists and accessible")),
                summary,
                DOCUMENT);
    }

    private Found containers(Input input, Inventory.Service service, StepContext context) {
        List<String> names = new ArrayList<>(List.of(service.name(), service.name() + "--previous"));
        input.destroyed().stream()
                .filter(line -> line.startsWith("container "))
                .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                .forEach(names::add);
        List<String> left = names.stream()
                .filter(name -> engines.id(context, service.container(), name).isPresent())
                .toList();
        return left.isEmpty()
                ? new Found(State.YES, "there is none of the name on " + service.container())
                : new Found(State.NO, "still on " + service.container() + ": " + String.join(", ", left));
    }

    /** Only who asks and is refused, or hears nothing, knows that it is gone. */
    private Found unreachable(Inventory.Service service, StepContext context) {
        List<String> urls = Stream.concat(
                        service.health().map(Inventory.Health::url).stream(),
                        service.qualification().external().map(External::url).stream())
                .distinct()
                .toList();
        if (urls.isEmpty()) {
            return new Found(
                    State.NOT_ASKED, "the inventory gives it no URL to ask, neither `health.url` nor `external.url`");
        }
        List<Found> answers =
                urls.stream().map(url -> unreachable(url, context)).toList();
        return new Found(
                answers.stream().allMatch(Found::good) ? State.YES : State.NO,
                answers.stream().map(Found::text).collect(Collectors.joining(", ")));
    }

    private Found unreachable(String url, StepContext context) {
        try {
            HttpProbe.Answer answer = http.send(
                    targets.environment(context),
                    new HttpProbe.Request("GET", url, Map.of(), Optional.empty()),
                    Duration.ofSeconds(5),
                    1024);
            boolean nothingBehind = NOTHING_BEHIND.contains(answer.status());
            return new Found(nothingBehind ? State.YES : State.NO, url + " answers " + answer.status());
        } catch (StepFailure e) {
            if (e.reason().equals(Reason.CANCELLED)) {
                throw e;
            }
            return new Found(SILENT.contains(e.reason()) ? State.YES : State.NO, url + ": " + e.reason());
        }
    }

    private Optional<Found> data(Input input, Inventory.Service service, StepContext context) {
        List<Found> found = new ArrayList<>();
        volumes(input, service, context).ifPresent(found::add);
        items(input, service, context).ifPresent(found::add);
        return found.stream()
                .reduce((a, b) -> new Found(a.good() && b.good() ? State.YES : State.NO, a.text() + "; " + b.text()));
    }

    private static List<String> names(Input input, String kind) {
        return input.destroyed().stream()
                .filter(line -> line.startsWith(kind + " "))
                .map(line -> line.substring(kind.length() + 1, line.lastIndexOf(' ')))
                .toList();
    }

    private Optional<Found> volumes(Input input, Inventory.Service service, StepContext context) {
        List<String> paths = names(input, "data");
        if (paths.isEmpty()) {
            return Optional.empty();
        }
        Shell.Answer answer = shell.run(
                context,
                service.container(),
                "printf '%s\\n' \"$PATHS\" | while IFS= read -r p; do for f in \"$p\" \"$p\".muster-wipe-*; do"
                        + " [ ! -e \"$f\" ] && [ ! -L \"$f\" ] || echo \"$f\"; done; done",
                Map.of("PATHS", String.join("\n", paths)));
        boolean none = answer.status() == 0 && answer.output().isEmpty();
        return Optional.of(new Found(
                none ? State.YES : State.NO,
                none
                        ? String.join(", ", paths) + " not there on " + service.container()
                        : "left on " + service.container() + ": "
                                + answer.output().replaceAll("\\s+", " ")));
    }

    private Optional<Found> items(Input input, Inventory.Service service, StepContext context) {
        List<String> labels = names(input, "item");
        if (labels.isEmpty()) {
            return Optional.empty();
        }
        try {
            List<String> left = planned.present(context, service.name()).stream()
                    .map(PlannedData.Present::label)
                    .filter(labels::contains)
                    .toList();
            return Optional.of(
                    left.isEmpty()
                            ? new Found(State.YES, String.join(", ", labels) + ": nothing there")
                            : new Found(State.NO, "still there: " + String.join(", ", left)));
        } catch (StepFailure.Rejected e) {
            return Optional.of(new Found(State.NO, "it could not be looked at: " + e.getMessage()));
        }
    }

    /** Its files are those that its manifest names; they were read back before the approval. */
    private Found backup(Input input, StepContext context) {
        try {
            int files = planned.files(context, input.service(), input.backup());
            return new Found(
                    State.YES,
                    input.backup() + " on " + input.backupHost() + ", " + files + (files == 1 ? " file" : " files")
                            + " of the size that its manifest says");
        } catch (StepFailure.Rejected e) {
            return new Found(State.NO, e.getMessage());
        }
    }

    private String report(
            Input input, Inventory.Service service, Map<String, Found> found, boolean gone, StepContext context) {
        Map<String, String> rows = new LinkedHashMap<>();
        rows.put("Environment", context.run().environment());
        rows.put("Service", service.name() + ", image " + service.image());
        rows.put("Version", input.version() == null ? "–" : input.version());
        rows.put("Host", service.container());
        rows.put("Container", service.container() + "/" + service.name());
        rows.put("Wiped at", input.wipedAt() == null ? "–" : Markdown.time(Moments.of("wipedAt", input.wipedAt())));
        rows.put("Wipe type", found.containsKey("Data deleted") ? "complete: container and data" : "container only");
        Optional<RunFacts.Facts> run = runs.find(context.run().id());
        rows.put(
                "Run",
                context.run().id()
                        + (context.run().id().equals(context.run().rootId())
                                ? ""
                                : ", called in run " + context.run().rootId()));
        rows.put("Started by", run.flatMap(RunFacts.Facts::startedBy).orElse("a timer"));
        rows.put("Reason", run.flatMap(RunFacts.Facts::reason).orElse("–"));
        rows.put("Verified at", Markdown.time(context.clock().instant()));
        rows.put("Ready for restoration", gone ? "YES" : "NO");
        rows.put("Backup to restore", input.backup() + " in " + input.backupHost() + ":" + input.backupPath());
        StringBuilder text = new StringBuilder("# Wipe of " + Markdown.inline(service.name()) + "\n\n");
        text.append(Markdown.rows(rows)).append("\n## Destroyed, as it was approved\n\n");
        input.destroyed()
                .forEach(line ->
                        text.append("- ").append(Markdown.inline(thing(line))).append("\n"));
        text.append("\n## Verification\n\n");
        found.forEach((name, it) -> text.append("- ")
                .append(name)
                .append(": ")
                .append(it.state() == State.NO ? "**NO**" : it.shown())
                .append(" (")
                .append(Markdown.inline(it.text()))
                .append(")\n"));
        return text.append(run.map(People::sections).orElse("\n## Approvals\n\nThe journal does not know this run.\n"))
                .toString();
    }

    /** A line of the plan, for people. */
    private static String thing(String line) {
        int kind = line.indexOf(' ');
        int id = line.lastIndexOf(' ');
        String name = line.substring(kind + 1, Math.max(id, kind + 1));
        return switch (line.substring(0, Math.max(kind, 0))) {
            case "container" -> "container " + name + ", id " + line.substring(id + 1);
            case "data" -> "volume " + name + ", device, inode and birth " + line.substring(id + 1);
            case "item" -> "data item " + name + ", known by " + line.substring(id + 1);
            default -> line;
        };
    }
}
