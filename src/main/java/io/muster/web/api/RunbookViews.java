package io.muster.web.api;

import io.muster.engine.RunbookDiagram;
import io.muster.engine.Runbooks;
import io.muster.engine.Runbooks.Runbook;
import io.muster.step.StepCatalogue;
import io.muster.step.StepDescriptor;
import io.muster.web.security.Caller;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** Puts together what a diagram says, what the catalogue knows of its steps, and who asks. */
@Component
class RunbookViews {

    private final Runbooks runbooks;
    private final StepCatalogue catalogue;

    RunbookViews(Runbooks runbooks, StepCatalogue catalogue) {
        this.runbooks = runbooks;
        this.catalogue = catalogue;
    }

    List<RunbookView> all(Caller caller) {
        List<Runbook> all = runbooks.all();
        Map<String, Runbook> byId = all.stream().collect(Collectors.toMap(Runbook::id, Function.identity()));
        return all.stream().map(runbook -> view(runbook, byId, caller)).toList();
    }

    RunbookView one(String id, Caller caller) {
        return all(caller).stream()
                .filter(view -> view.id().equals(id))
                .findFirst()
                .orElseThrow(() -> unknown(id));
    }

    static NotFound unknown(String id) {
        return new NotFound("There is no runbook '" + id + "'; GET /api/runbooks lists them.");
    }

    private RunbookView view(Runbook runbook, Map<String, Runbook> all, Caller caller) {
        List<Runbook> family = family(runbook, all);
        RunbookDiagram diagram = runbook.diagram();
        Optional<String> refusal = runbooks.refusal(runbook, caller.user(), caller.groups());
        return new RunbookView(
                runbook.id(),
                runbook.title(),
                runbook.version(),
                diagram.documentation(),
                runbook.offered(),
                refusal.isEmpty(),
                refusal.orElse(null),
                Stream.concat(
                                diagram.start().stream().map(name -> variable(diagram, name, true)),
                                diagram.optional().stream().map(name -> variable(diagram, name, false)))
                        .toList(),
                family.stream().flatMap(RunbookViews::approvals).toList(),
                family.stream().flatMap(this::changes).toList(),
                destroys(family),
                diagram.calls().stream()
                        .map(RunbookDiagram.Call::runbook)
                        .distinct()
                        .toList(),
                family.stream()
                        .flatMap(member -> member.diagram().drills().stream())
                        .distinct()
                        .toList());
    }

    /** The runbook and all that it calls, each once. */
    private static List<Runbook> family(Runbook runbook, Map<String, Runbook> all) {
        Set<Runbook> family = new LinkedHashSet<>();
        List<Runbook> next = new ArrayList<>(List.of(runbook));
        while (!next.isEmpty()) {
            Runbook member = next.remove(0);
            if (family.add(member)) {
                member.diagram().calls().stream()
                        .map(call -> all.get(call.runbook()))
                        .filter(called -> called != null)
                        .forEach(next::add);
            }
        }
        return List.copyOf(family);
    }

    private static RunbookView.Variable variable(RunbookDiagram diagram, String name, boolean required) {
        List<String> choices = diagram.choices().get(name);
        RunbookView.Kind kind = choices != null ? RunbookView.Kind.CHOICE : kind(name);
        return new RunbookView.Variable(name, required, kind, choices);
    }

    private static RunbookView.Kind kind(String name) {
        return switch (name) {
            case "environment" -> RunbookView.Kind.ENVIRONMENT;
            case "service" -> RunbookView.Kind.SERVICE;
            case "host" -> RunbookView.Kind.HOST;
            case "version" -> RunbookView.Kind.VERSION;
            case "backup" -> RunbookView.Kind.BACKUP;
            default -> RunbookView.Kind.TEXT;
        };
    }

    private static Stream<RunbookView.Approval> approvals(Runbook runbook) {
        return runbook.diagram().groups().entrySet().stream()
                .map(task -> new RunbookView.Approval(
                        runbook.id(), task.getKey().id(), task.getKey().title(), task.getValue()));
    }

    private Stream<RunbookView.Change> changes(Runbook runbook) {
        return runbook.diagram().steps().stream()
                .filter(step ->
                        catalogue.step(step.step()).map(StepDescriptor::changes).orElse(true))
                .map(step -> new RunbookView.Change(
                        runbook.id(),
                        step.activity(),
                        step.title(),
                        step.step(),
                        catalogue
                                .step(step.step())
                                .map(StepDescriptor::description)
                                .orElse("")));
    }

    private static String destroys(List<Runbook> family) {
        String all = family.stream()
                .map(runbook -> runbook.diagram().destroys())
                .filter(text -> !text.isBlank())
                .distinct()
                .collect(Collectors.joining(" "));
        return all.isEmpty() ? null : all;
    }
}
