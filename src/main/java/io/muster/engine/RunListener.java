package io.muster.engine;

import io.muster.inventory.Inventories;
import io.muster.inventory.Inventory;
import io.muster.journal.DecisionJournal;
import io.muster.journal.RunJournal;
import io.muster.journal.RunJournal.EndState;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.camunda.bpm.engine.impl.context.Context;
import org.camunda.bpm.engine.impl.persistence.entity.ExecutionEntity;
import org.camunda.bpm.engine.impl.persistence.entity.ProcessDefinitionEntity;
import org.camunda.bpm.engine.variable.VariableMap;

/** Checks, pins and journals a run when its process starts, and journals its outcome when it ends, in the engine's transaction. */
final class RunListener implements ExecutionListener {

    private final RunJournal journal;
    private final DecisionJournal decisions;
    private final Inventories inventories;
    private final DiagramHashes hashes;
    private final BooleanSupplier recovering;
    private final Clock clock;

    /** @param recovering whether runs wait for a decision after a restore */
    RunListener(
            RunJournal journal,
            DecisionJournal decisions,
            Inventories inventories,
            DiagramHashes hashes,
            BooleanSupplier recovering,
            Clock clock) {
        this.journal = journal;
        this.decisions = decisions;
        this.inventories = inventories;
        this.hashes = hashes;
        this.recovering = recovering;
        this.clock = clock;
    }

    @Override
    public void notify(DelegateExecution delegate) {
        ExecutionEntity execution = (ExecutionEntity) delegate;
        if (EVENTNAME_START.equals(delegate.getEventName())) {
            started(execution);
        } else if (journal.knows(execution.getProcessInstanceId())) {
            ended(execution);
        }
    }

    private void started(ExecutionEntity execution) {
        ProcessDefinitionEntity definition = execution.getProcessDefinition();
        String id = execution.getProcessInstanceId();
        String rootId = StepTask.rootId(execution);
        boolean root = id.equals(rootId);
        if (root && recovering.getAsBoolean()) {
            throw Refused.forbidden("Muster is in recovery mode: no run starts until every unfinished one is resumed or"
                    + " aborted (GET /api/recovery).");
        }
        Inventory inventory = root ? inventories.current() : inventories.pinned(rootId);
        StartVariables.check(definition.getKey(), RunRules.of(definition), inventory, given(execution), root);
        // An expression fails on a variable that does not exist.
        RunRules.of(definition).optional().stream()
                .filter(name -> !execution.hasVariable(name))
                .forEach(name -> execution.setVariable(name, null));
        if (root) {
            inventories.pin(rootId);
        }
        journal.started(new RunJournal.NewRun(
                id,
                rootId,
                Optional.ofNullable(execution.getSuperExecution()).map(ExecutionEntity::getProcessInstanceId),
                definition.getKey(),
                definition.getVersion(),
                definition.getId(),
                hashes.of(definition),
                Starters.of(rootId),
                clock.instant(),
                text(execution, "environment"),
                text(execution, "service"),
                text(execution, "version"),
                text(execution, "reason")));
        DueDrillTasks.started(
                Context.getCommandContext(),
                definition.getKey(),
                text(execution, "environment"),
                text(execution, "service"));
    }

    private static Map<String, Object> given(ExecutionEntity execution) {
        VariableMap variables = execution.getVariablesTyped(false);
        Map<String, Object> given = new HashMap<>();
        variables
                .keySet()
                .forEach(name -> given.put(name, VariableValues.undeserialized(variables.getValueTyped(name))));
        return given;
    }

    private void ended(ExecutionEntity execution) {
        boolean cancelled = execution.isCanceled() || execution.getDeleteReason() != null;
        Optional<String> outcome = cancelled ? Optional.empty() : Optional.ofNullable(execution.getActivityId());
        journal.ended(
                execution.getProcessInstanceId(),
                outcome.map(RunListener::state)
                        .filter(state -> !decisions.aborted(execution.getProcessInstanceId()))
                        .orElse(EndState.ABORTED),
                outcome);
        if (outcome.isEmpty()) {
            RunRules.of(execution.getProcessDefinition())
                    .whenCancelled()
                    .ifPresent(step -> journal.cleansUp(CleanUps.entry(
                            step,
                            execution.getProcessInstanceId(),
                            StepTask.rootId(execution),
                            text(execution, "service").orElse(""))));
        }
    }

    /** The convention for ids of end events. */
    static EndState state(String endEvent) {
        if (endEvent.endsWith("-rejected") || endEvent.endsWith("-refused") || endEvent.endsWith("-withdrawn")) {
            return EndState.REJECTED;
        }
        return endEvent.endsWith("-aborted") ? EndState.ABORTED : EndState.COMPLETED;
    }

    private static Optional<String> text(ExecutionEntity execution, String name) {
        return execution.getVariable(name) instanceof String text
                ? Optional.of(text.strip()).filter(it -> !it.isEmpty())
                : Optional.empty();
    }
}
