package io.muster.engine;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.camunda.bpm.engine.impl.context.Context;
import org.camunda.bpm.engine.impl.history.event.HistoricProcessInstanceEventEntity;
import org.camunda.bpm.engine.impl.interceptor.CommandContext;

/**
 * Who started runs, from the engine's history: it takes the user from authentication, where {@code camunda:initiator} is
 * a variable that anyone can set. Works inside a command only.
 */
final class Starters {

    private static final int MOST_KNOWN = 1_000;

    /** Of outermost runs, each of whose steps asks: who started a run never changes. */
    private static final Map<String, Start> KNOWN = Collections.synchronizedMap(new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Start> eldest) {
            return size() > MOST_KNOWN;
        }
    });

    private record Start(Optional<String> user, Optional<String> parent) {}

    private Starters() {}

    /** Who started the run itself. */
    static Optional<String> of(String processInstanceId) {
        Optional<Start> known = Optional.ofNullable(KNOWN.get(processInstanceId));
        Optional<Start> start = known.isPresent() ? known : start(processInstanceId);
        start.ifPresent(found -> KNOWN.put(processInstanceId, found));
        return start.flatMap(Start::user);
    }

    /**
     * Of a run and of each above it.
     *
     * @param outermost who started the outermost one; empty for a timer
     * @param called whom the engine has as starters of called ones: whoever's request it was that led to the call
     */
    record Up(Optional<String> outermost, Set<String> called) {}

    static Up upFrom(String processInstanceId) {
        Set<String> called = new LinkedHashSet<>();
        String id = processInstanceId;
        while (true) {
            Start start = start(id)
                    .orElseThrow(() -> Refused.forbidden("Who started run " + processInstanceId
                            + " is not in the engine's history, so nothing of it can be approved. Start it again."));
            if (start.parent().isEmpty()) {
                return new Up(start.user(), called);
            }
            start.user().ifPresent(called::add);
            id = start.parent().get();
        }
    }

    private static Optional<Start> start(String id) {
        CommandContext context = Context.getCommandContext();
        // A run of this very transaction is in the engine's cache only.
        HistoricProcessInstanceEventEntity fresh =
                context.getDbEntityManager().getCachedEntity(HistoricProcessInstanceEventEntity.class, id);
        return Optional.ofNullable(
                        fresh != null
                                ? fresh
                                : context.getHistoricProcessInstanceManager().findHistoricProcessInstance(id))
                .map(run -> new Start(
                        Optional.ofNullable(run.getStartUserId()),
                        Optional.ofNullable(run.getSuperProcessInstanceId())));
    }
}
