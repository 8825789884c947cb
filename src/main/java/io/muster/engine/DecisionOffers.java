package io.muster.engine;

import io.muster.journal.Decision;
import java.util.Optional;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.impl.persistence.entity.TaskEntity;
import org.springframework.stereotype.Component;

/** What would be taken from somebody about a failed step, so that a form offers nothing else. */
@Component
public class DecisionOffers {

    private final ProcessEngineConfigurationImpl engine;
    private final Decisions decisions;

    DecisionOffers(ProcessEngineConfigurationImpl engine, Decisions decisions) {
        this.engine = engine;
        this.decisions = decisions;
    }

    /**
     * @param notDecides why the user may not retry it as it is, skip or abort; empty when they may
     * @param notChanges why the user may not retry it with changed input
     */
    public record Offer(Optional<String> notDecides, Optional<String> notChanges) {}

    /** Empty where the decision waits for nobody any more. */
    public Optional<Offer> of(Decision decision, String user) {
        return engine.getCommandExecutorTxRequired()
                .execute(context -> context.runWithoutAuthorization(() -> {
                    TaskEntity task = context.getTaskManager().findTaskById(decision.taskId());
                    return Optional.ofNullable(task).map(it -> decisions.offer(it, decision, user));
                }));
    }
}
