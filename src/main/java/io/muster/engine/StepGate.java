package io.muster.engine;

import io.muster.inventory.Inventories;
import io.muster.inventory.Inventory;
import io.muster.safety.LockTarget;
import io.muster.safety.RunLocks;
import io.muster.safety.StepRefusals;
import io.muster.step.Reason;
import io.muster.step.StepDescriptor;
import io.muster.step.StepFailure;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.camunda.bpm.engine.impl.persistence.entity.ExecutionEntity;

/**
 * What every step passes before it works: the run holds its locks, none of them was broken, and the environment is not frozen.
 * Locks are taken at the first step of whatever kind, so that all that a run finds out, and its approvers see, is found out
 * under them.
 */
final class StepGate {

    private final RunLocks locks;
    private final StepRefusals refusals;
    private final Inventories inventories;

    StepGate(RunLocks locks, StepRefusals refusals, Inventories inventories) {
        this.locks = locks;
        this.refusals = refusals;
        this.inventories = inventories;
    }

    /** Whether runs of this diagram lock anything. */
    boolean locks(StepTask task) {
        return !LockRules.of(task.execution().getProcessDefinition()).texts().isEmpty();
    }

    /**
     * Before the step's journal entry is opened.
     *
     * @throws StepStopped when it is another run's turn: the job waits
     * @throws StepFailure when waiting would not help
     */
    void admit(StepTask task) {
        List<RunLocks.Wanted> wanted = wanted(task);
        if (wanted.isEmpty()) {
            return;
        }
        List<RunLocks.Blocker> blockers =
                locks.request(task.run().rootId(), task.run().id(), task.jobId(), wanted);
        if (blockers.stream().anyMatch(RunLocks.Blocker::deadlock)) {
            throw new StepFailure.Fatal(Reason.LOCKS_DEADLOCK, GateMessages.deadlock(task, blockers));
        }
        if (!blockers.isEmpty()) {
            throw new StepStopped(StepStopped.Then.WAIT, GateMessages.waits(task, blockers));
        }
    }

    /**
     * After the step's journal entry was opened, and before its work.
     *
     * @throws StepFailure when a changing step may not start
     */
    void check(StepDescriptor step, StepTask task) {
        if (!step.changes()) {
            return;
        }
        Optional<StepRefusals.Refusal> refusal = refusals
                .of(task.run().rootId(), task.run().environment())
                .stream()
                .findFirst();
        if (refusal.isPresent()) {
            boolean frozen = refusal.get().kind() == StepRefusals.Kind.FROZEN;
            throw new StepFailure.Fatal(
                    frozen ? Reason.ENVIRONMENT_FROZEN : Reason.LOCK_BROKEN,
                    frozen ? GateMessages.frozen(task, refusal.get()) : GateMessages.broken(task, refusal.get()));
        }
    }

    private List<RunLocks.Wanted> wanted(StepTask task) {
        ExecutionEntity instance = task.execution().getProcessInstance();
        Set<LockTarget> exclusive;
        try {
            exclusive = new LinkedHashSet<>(
                    LockRules.of(task.execution().getProcessDefinition()).targets(instance));
        } catch (IllegalArgumentException e) {
            throw new StepFailure.Fatal(
                    Reason.INVALID_INPUT,
                    "Run " + task.run().id() + " of '" + task.run().runbook() + "' does not know what to lock: "
                            + e.getMessage() + ". Cancel it, correct the runbook or what it is started with, and start"
                            + " again.");
        }
        List<RunLocks.Wanted> wanted = new ArrayList<>();
        exclusive.forEach(target -> wanted.add(new RunLocks.Wanted(target, false)));
        exclusive.stream()
                .flatMap(target -> hosts(task.run().rootId(), target))
                .filter(host -> !exclusive.contains(host))
                .distinct()
                .forEach(host -> wanted.add(new RunLocks.Wanted(host, true)));
        return wanted;
    }

    /**
     * Services of one host do not disturb each other; who changes the host itself disturbs them all. Where a service is to be promoted
     * counts as well: its data may be on the way there.
     */
    private Stream<LockTarget> hosts(String rootRunId, LockTarget target) {
        if (target.kind() != LockTarget.Kind.SERVICE) {
            return Stream.empty();
        }
        return inventories
                .pinned(rootRunId)
                .environment(target.environment())
                .map(Inventory.Environment::services)
                .map(services -> services.get(target.name()))
                .stream()
                .flatMap(service -> Stream.concat(
                        Stream.of(service.container()),
                        service.promotion().map(Inventory.Promotion::container).stream()))
                .map(host -> new LockTarget(LockTarget.Kind.HOST, target.environment(), host));
    }
}
