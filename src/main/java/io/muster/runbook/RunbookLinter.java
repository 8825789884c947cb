package io.muster.runbook;

import io.muster.step.InputBinder;
import io.muster.step.StepCatalogue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.stereotype.Component;
import org.xml.sax.SAXParseException;

/** Says everything that is wrong with runbooks, before any of them runs. The rules: {@code docs/lint.md}. */
@Component
public class RunbookLinter {

    private final StepCatalogue steps;
    private final InputBinder binder;

    public RunbookLinter(StepCatalogue steps, InputBinder binder) {
        this.steps = steps;
        this.binder = binder;
    }

    /**
     * Lints all files of a folder together, since they refer to one another.
     *
     * @return in the order of file and line; empty when all is well
     */
    public List<Violation> lint(RunbookFiles files) {
        Library library = Library.of(files);
        List<Violation> violations = new ArrayList<>();
        files.contents().forEach((path, content) -> {
            Findings findings = new Findings(path);
            lint(path, content, library, findings);
            violations.addAll(findings.all());
        });
        duplicates(library.processes(), "process", violations);
        duplicates(library.decisions(), "decision", violations);
        duplicates(library.forms(), "form", violations);
        violations.sort(Comparator.comparing(Violation::file)
                .thenComparingInt(Violation::line)
                .thenComparing(Violation::rule));
        return List.copyOf(violations);
    }

    private void lint(String path, byte[] content, Library library, Findings findings) {
        if (path.endsWith(".form")) {
            new FormFileCheck().check(path, content, findings);
        } else if (library.files().ending(".dmn").contains(path)) {
            new DecisionFileCheck().check(content, findings);
        } else if (library.files().ending(".bpmn").contains(path)) {
            diagram(path, content, library, findings);
        }
    }

    private void diagram(String path, byte[] content, Library library, Findings findings) {
        XmlNode root;
        try {
            root = XmlReader.read(content);
        } catch (SAXParseException e) {
            findings.add(Rule.WELL_FORMED, e.getLineNumber(), Schemas.notWellFormed(e), Schemas.FIX);
            return;
        }
        Schemas.bpmn(content, findings);
        List<XmlNode> processes = root.children("process").toList();
        if (processes.size() != 1) {
            findings.add(
                    Rule.ONE_PROCESS,
                    root.line(),
                    "The file holds " + (processes.isEmpty() ? "no process" : processes.size() + " processes") + ".",
                    "Keep exactly one process in a file.");
        }
        for (XmlNode process : processes) {
            Diagram diagram = new Diagram(root, process);
            checks(path, library).forEach(check -> check.check(diagram, findings));
        }
    }

    private List<DiagramCheck> checks(String path, Library library) {
        return List.of(
                new ProcessCheck(path),
                new NamingCheck(),
                new SupportCheck(),
                new StepCheck(steps),
                new ParameterCheck(steps, binder),
                new CodeCheck(Set.copyOf(steps.names())),
                new EventCheck(steps),
                new FlowCheck(),
                new ConditionCheck(),
                new PeopleCheck(),
                new StartVariablesCheck(),
                new LockCheck(steps),
                new WhenCancelledCheck(steps),
                new ParallelApprovalCheck(),
                new FailureCheck(steps),
                new ReferenceCheck(library),
                new LayoutCheck());
    }

    private static void duplicates(Map<String, List<String>> defined, String what, List<Violation> violations) {
        defined.forEach((id, paths) -> {
            for (String path : paths.subList(1, paths.size())) {
                violations.add(new Violation(
                        path,
                        0,
                        id,
                        "",
                        Rule.DUPLICATE_ID,
                        "The " + what + " '" + id + "' is defined in " + paths.get(0) + " too.",
                        "Rename one of them."));
            }
        });
    }
}
