package io.muster.runbook;

import io.muster.step.Nearest;
import java.util.Set;

/** What a diagram takes from other files: forms, called runbooks, decision tables. */
final class ReferenceCheck implements DiagramCheck {

    static final String EMBEDDED = "embedded:deployment:";
    static final String CAMUNDA_FORM = "camunda-forms:deployment:";
    private static final Set<String> RESULTS = Set.of("singleEntry", "singleResult", "collectEntries", "resultList");

    private final Library library;

    ReferenceCheck(Library library) {
        this.library = library;
    }

    @Override
    public void check(Diagram diagram, Findings findings) {
        diagram.nodes("userTask", "startEvent").forEach(node -> {
            formRef(node, findings);
            formKey(node, findings);
        });
        diagram.nodes("callActivity").forEach(call -> call(call, findings));
        diagram.nodes("businessRuleTask")
                .filter(task -> !Diagram.isStepTask(task))
                .forEach(task -> decision(task, findings));
    }

    private void formRef(XmlNode node, Findings findings) {
        String ref = node.attribute("camunda:formRef");
        if (!node.has("camunda:formRef")) {
            return;
        }
        if (!library.forms().containsKey(ref)) {
            findings.add(
                    Rule.FORM,
                    node,
                    "There is no form with the id '" + ref + "' in forms/.",
                    Nearest.hint(ref, library.forms().keySet()));
        }
        if (!node.attribute("camunda:formRefBinding").equals("deployment")) {
            findings.add(
                    Rule.FORM,
                    node,
                    "The form '" + ref + "' is not bound to the deployment, so that running instances would get a later"
                            + " version of it.",
                    "Set camunda:formRefBinding=\"deployment\".");
        }
        if (node.has("camunda:formKey")) {
            findings.add(Rule.FORM, node, "It has both a form reference and a form key.", "Remove camunda:formKey.");
        }
    }

    private void formKey(XmlNode node, Findings findings) {
        String key = node.attribute("camunda:formKey");
        if (!node.has("camunda:formKey")) {
            return;
        }
        if (!key.startsWith(EMBEDDED) && !key.startsWith(CAMUNDA_FORM)) {
            findings.add(
                    Rule.FORM,
                    node,
                    "The form key '" + key + "' does not name a form of the deployment.",
                    "Write 'embedded:deployment:forms/NAME.html', or use camunda:formRef.");
            return;
        }
        String path = key.substring(key.lastIndexOf(':') + 1);
        if (library.files().content(path).isEmpty()) {
            findings.add(
                    Rule.FORM,
                    node,
                    "There is no form file '" + path + "'.",
                    Nearest.hint(
                            path,
                            library.files().contents().keySet().stream()
                                    .filter(file -> file.startsWith("forms/"))
                                    .toList()));
        }
    }

    private void call(XmlNode call, Findings findings) {
        String called = call.attribute("calledElement");
        if (called.isBlank()) {
            findings.add(
                    Rule.CALL_ACTIVITY,
                    call,
                    "It does not say which runbook it calls.",
                    "Set calledElement to the process id of a runbook.");
        } else if (Expressions.isExpression(called)) {
            findings.add(
                    Rule.CALL_ACTIVITY,
                    call,
                    "Which runbook it calls is computed ('" + called
                            + "'), so that the diagram does not say what runs.",
                    "Call one runbook by its id; choose between several with a gateway.");
        } else if (!library.processes().containsKey(called)) {
            findings.add(
                    Rule.CALL_ACTIVITY,
                    call,
                    "There is no runbook '" + called + "'.",
                    Nearest.hint(called, library.processes().keySet()));
        }
        String binding = call.attribute("camunda:calledElementBinding");
        if (!binding.isEmpty() && !binding.equals("latest")) {
            findings.add(
                    Rule.CALL_ACTIVITY,
                    call,
                    "The binding '" + binding + "' finds nothing: each runbook is a deployment of its own.",
                    "Set camunda:calledElementBinding=\"latest\", or remove it.");
        }
    }

    private void decision(XmlNode task, Findings findings) {
        String ref = task.attribute("camunda:decisionRef");
        if (!library.decisions().containsKey(ref)) {
            findings.add(
                    Rule.DECISION,
                    task,
                    "There is no decision '" + ref + "'.",
                    Nearest.hint(ref, library.decisions().keySet()));
        }
        if (!task.attribute("camunda:decisionRefBinding").equals("deployment")) {
            findings.add(
                    Rule.DECISION,
                    task,
                    "The decision '" + ref
                            + "' is not bound to the deployment, so that running instances would get a later"
                            + " version of it.",
                    "Set camunda:decisionRefBinding=\"deployment\".");
        }
        if (!RESULTS.contains(task.attribute("camunda:mapDecisionResult"))
                || task.attribute("camunda:resultVariable").isBlank()) {
            findings.add(
                    Rule.DECISION,
                    task,
                    "It does not say how, or in which variable, the decision's result is kept.",
                    "Set camunda:resultVariable, and camunda:mapDecisionResult to singleEntry, singleResult, collectEntries"
                            + " or resultList.");
        }
    }
}
