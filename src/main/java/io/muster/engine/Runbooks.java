package io.muster.engine;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.camunda.bpm.engine.AuthorizationService;
import org.camunda.bpm.engine.authorization.Permissions;
import org.camunda.bpm.engine.authorization.Resources;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.repository.ProcessDefinition;
import org.springframework.stereotype.Component;

/** The runbooks that are deployed, in their newest version, and who may start them. */
@Component
public class Runbooks {

    private static final int MOST_KNOWN = 200;

    private final ProcessEngineConfigurationImpl engine;
    private final Recovery recovery;

    /** By definition id: a deployed diagram never changes. */
    private final Map<String, RunbookDiagram> diagrams =
            Collections.synchronizedMap(new LinkedHashMap<>(32, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, RunbookDiagram> eldest) {
                    return size() > MOST_KNOWN;
                }
            });

    Runbooks(ProcessEngineConfigurationImpl engine, Recovery recovery) {
        this.engine = engine;
        this.recovery = recovery;
    }

    /** @param offered whether it is meant to be started by people, not only called */
    public record Runbook(
            String id,
            String title,
            int version,
            String definitionId,
            boolean offered,
            boolean suspended,
            RunbookDiagram diagram) {}

    /** By id. */
    public List<Runbook> all() {
        return asEngine(() -> engine
                .getRepositoryService()
                .createProcessDefinitionQuery()
                .latestVersion()
                .withoutTenantId()
                .orderByProcessDefinitionKey()
                .asc()
                .list()
                .stream()
                .map(this::runbook)
                .toList());
    }

    public Optional<Runbook> find(String id) {
        return asEngine(() -> Optional.ofNullable(engine.getRepositoryService()
                        .createProcessDefinitionQuery()
                        .processDefinitionKey(id)
                        .withoutTenantId()
                        .latestVersion()
                        .singleResult())
                .map(this::runbook));
    }

    private Runbook runbook(ProcessDefinition definition) {
        return new Runbook(
                definition.getKey(),
                Optional.ofNullable(definition.getName()).orElse(definition.getKey()),
                definition.getVersion(),
                definition.getId(),
                definition.isStartableInTasklist(),
                definition.isSuspended(),
                diagrams.computeIfAbsent(
                        definition.getId(),
                        id -> RunbookDiagram.of(engine.getRepositoryService().getBpmnModelInstance(id))));
    }

    /** Why this account cannot start the runbook now; empty when it can. */
    public Optional<String> refusal(Runbook runbook, String user, List<String> groups) {
        if (!mayStart(runbook.id(), user, groups)) {
            return Optional.of(user + " may not start it; that is for " + starters() + ". " + user
                    + (groups.isEmpty() ? " is in no group." : " is in " + String.join(", ", groups) + "."));
        }
        if (runbook.suspended()) {
            return Optional.of("Version " + runbook.version() + " of it is suspended in Cockpit.");
        }
        return recovery.state().isPresent()
                ? Optional.of("Muster is in recovery mode: first every unfinished run is resumed or aborted.")
                : Optional.empty();
    }

    private boolean mayStart(String id, String user, List<String> groups) {
        AuthorizationService authorizations = engine.getAuthorizationService();
        return !engine.isAuthorizationEnabled()
                || authorizations.isUserAuthorized(
                                user, groups, Permissions.CREATE_INSTANCE, Resources.PROCESS_DEFINITION, id)
                        && authorizations.isUserAuthorized(
                                user, groups, Permissions.CREATE, Resources.PROCESS_INSTANCE);
    }

    private String starters() {
        List<String> groups = asEngine(() -> engine
                .getAuthorizationService()
                .createAuthorizationQuery()
                .resourceType(Resources.PROCESS_DEFINITION)
                .resourceId("*")
                .hasPermission(Permissions.CREATE_INSTANCE)
                .list()
                .stream()
                .filter(authorization -> authorization.getGroupId() != null)
                .map(org.camunda.bpm.engine.authorization.Authorization::getGroupId)
                .distinct()
                .sorted()
                .collect(Collectors.toCollection(ArrayList::new)));
        return groups.isEmpty() ? "nobody" : String.join(" and ", groups);
    }

    /** What runbooks exist is no secret to whoever may log in. */
    private <T> T asEngine(java.util.concurrent.Callable<T> read) {
        return engine.getCommandExecutorTxRequired().execute(context -> context.runWithoutAuthorization(read));
    }
}
