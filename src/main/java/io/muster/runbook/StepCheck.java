package io.muster.runbook;

import io.muster.step.Nearest;
import io.muster.step.StepCatalogue;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Which step a task runs, and in which transaction. */
final class StepCheck implements DiagramCheck {

    private static final List<String> FOREIGN = List.of(
            "camunda:class",
            "camunda:expression",
            "camunda:type",
            "camunda:topic",
            "camunda:resultVariable",
            "camunda:variableMappingClass",
            "camunda:variableMappingDelegateExpression",
            "camunda:taskPriority");
    private static final String RETRY_CYCLE = "(R\\d+/)?" + "P[0-9YMWDTHS.]+" + "(\\s*,\\s*P[0-9YMWDTHS.]+)*";

    private final StepCatalogue steps;

    StepCheck(StepCatalogue steps) {
        this.steps = steps;
    }

    @Override
    public void check(Diagram diagram, Findings findings) {
        for (XmlNode task : diagram.stepTasks()) {
            reference(task, findings);
            foreign(task, findings);
            Diagram.multiInstance(task)
                    .ifPresentOrElse(loop -> fanOut(task, loop, findings), () -> asyncBefore(task, findings));
        }
        outsideTasks(diagram, findings);
        diagram.process()
                .tree()
                .filter(node -> node.is("camunda:failedJobRetryTimeCycle"))
                .forEach(cycle -> retryCycle(cycle, findings));
    }

    private void reference(XmlNode task, Findings findings) {
        Optional<String> name = Diagram.stepName(task);
        if (name.isPresent() && steps.step(name.get()).isEmpty()) {
            findings.add(
                    Rule.STEP_REFERENCE,
                    task,
                    "There is no step '" + name.get() + "'.",
                    Nearest.hint(name.get(), steps.names()));
        } else if (name.isEmpty() && task.has("camunda:delegateExpression")) {
            findings.add(
                    Rule.STEP_REFERENCE,
                    task,
                    "The delegate expression '" + task.attribute("camunda:delegateExpression")
                            + "' does not name a step.",
                    "Write camunda:delegateExpression=\"${stepName}\" with a step from docs/steps.md.");
        } else if (name.isEmpty()) {
            findings.add(
                    Rule.STEP_REFERENCE,
                    task,
                    task.is("businessRuleTask")
                            ? "The task names neither a decision nor a step."
                            : "The task does not say which step it runs.",
                    "Choose a template in Modeler, or write camunda:delegateExpression=\"${stepName}\" with a step from"
                            + " docs/steps.md.");
        }
    }

    private static void foreign(XmlNode task, Findings findings) {
        Stream.concat(
                        FOREIGN.stream().filter(task::has),
                        task.extensions("camunda:connector", "camunda:field").map(XmlNode::name))
                .distinct()
                .forEach(found -> findings.add(
                        Rule.STEP_REFERENCE,
                        task,
                        "A task of a runbook runs a step, and " + found + " is not a way to do so.",
                        "Remove " + found + "."));
    }

    private static void asyncBefore(XmlNode task, Findings findings) {
        if (!Diagram.isTrue(task, "camunda:asyncBefore")) {
            findings.add(
                    Rule.ASYNC_BEFORE,
                    task,
                    "The step would run in the transaction of what comes before it, and again when that rolls back.",
                    "Set camunda:asyncBefore=\"true\" on the task (in Modeler: Asynchronous continuations, Before).");
        }
    }

    private static void fanOut(XmlNode task, XmlNode loop, Findings findings) {
        if (task.has("camunda:asyncBefore") || task.has("camunda:asyncAfter") || task.has("camunda:exclusive")) {
            findings.add(
                    Rule.FAN_OUT,
                    task,
                    "The task itself is asynchronous, so that all its instances would share one transaction.",
                    "Remove camunda:asyncBefore, camunda:asyncAfter and camunda:exclusive from the task; they belong on its"
                            + " multiInstanceLoopCharacteristics.");
        }
        boolean right = Diagram.isTrue(loop, "camunda:asyncBefore")
                && Diagram.isTrue(loop, "camunda:asyncAfter")
                && loop.attribute("camunda:exclusive").equals("false");
        if (!right) {
            findings.add(
                    Rule.FAN_OUT,
                    loop,
                    "The instances of the step do not each have a job of their own.",
                    "Set camunda:asyncBefore=\"true\", camunda:asyncAfter=\"true\" and camunda:exclusive=\"false\" on its"
                            + " multiInstanceLoopCharacteristics (in Modeler: Multi-instance, asynchronous before and"
                            + " after, not exclusive).");
        }
    }

    private static void outsideTasks(Diagram diagram, Findings findings) {
        diagram.process()
                .tree()
                .filter(node -> !Diagram.isStepTask(node) && !node.name().startsWith("camunda:"))
                .flatMap(node -> Stream.concat(Stream.of("camunda:delegateExpression"), FOREIGN.stream())
                        .filter(node::has)
                        .filter(attribute -> !belongs(node, attribute))
                        .map(attribute -> java.util.Map.entry(node, attribute)))
                .forEach(found -> findings.add(
                        Rule.STEP_REFERENCE,
                        found.getKey(),
                        "Only service tasks run steps, and this has " + found.getValue() + ".",
                        "Remove it, and put a service task there."));
    }

    // A decision keeps its result by the same attribute; that is another check's.
    private static boolean belongs(XmlNode node, String attribute) {
        return node.is("businessRuleTask") && attribute.equals("camunda:resultVariable");
    }

    private static void retryCycle(XmlNode cycle, Findings findings) {
        String text = cycle.text().strip();
        if (!text.matches(RETRY_CYCLE) && !Expressions.isExpression(text)) {
            findings.add(
                    Rule.RETRY_CYCLE,
                    cycle,
                    "The retry cycle '" + text + "' is neither a repetition nor a list of durations.",
                    "Write for example 'R3/PT10S' (three times, ten seconds apart) or 'PT10S,PT1M,PT10M'.");
        }
    }
}
