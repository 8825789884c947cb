package io.muster.engine;

import io.muster.journal.Masking;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.camunda.bpm.engine.authorization.Permissions;
import org.camunda.bpm.engine.impl.cfg.AbstractProcessEnginePlugin;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.spring.SpringExpressionManager;
import org.springframework.core.Ordered;

/** What the engine must be whatever a configuration file says. Runs after Camunda's own plugins. */
final class EnginePlugin extends AbstractProcessEnginePlugin implements Ordered {

    private final Map<String, StepDelegate> delegates;
    private final RunParseListener listener;
    private final TaskDoors doors;
    private final Masking masking;
    private final DecisionIncidents incidents;
    private final BooleanSupplier recovering;

    /** @param recovering whether runs wait for a decision after a restore */
    EnginePlugin(
            Map<String, StepDelegate> delegates,
            RunParseListener listener,
            TaskDoors doors,
            Masking masking,
            DecisionIncidents incidents,
            BooleanSupplier recovering) {
        this.delegates = delegates;
        this.listener = listener;
        this.doors = doors;
        this.masking = masking;
        this.recovering = recovering;
        this.incidents = incidents;
    }

    @Override
    public int getOrder() {
        return Ordered.LOWEST_PRECEDENCE;
    }

    @Override
    public void preInit(ProcessEngineConfigurationImpl configuration) {
        // Expressions see the steps and nothing else of the application. The factory bean has made a manager that sees
        // every Spring bean before plugins are asked, so setting the beans alone would change nothing.
        Map<Object, Object> beans = Map.copyOf(delegates);
        configuration.setBeans(beans);
        configuration.setExpressionManager(new SpringExpressionManager(null, beans));
        configuration.getCustomPreBPMNParseListeners().add(listener);
        configuration.setFailedJobCommandFactory(new FailedStepCommands(masking));
        configuration.setCustomIncidentHandlers(new java.util.ArrayList<>(List.of(incidents)));
        // A step whose failure the diagram catches has no output to map; the engine would fail on the mapping instead.
        configuration.setSkipOutputMappingOnCanceledActivities(true);
        configuration.setTaskService(new GuardedTaskService(doors));
        configuration.setFormService(new GuardedFormService(doors));
        guard(configuration);
        history(configuration);
        security(configuration);
    }

    private void guard(ProcessEngineConfigurationImpl configuration) {
        RunGuard guard = new RunGuard(() -> configuration.getIdentityService().getCurrentAuthentication(), recovering);
        // One instance a chain: an interceptor knows its successor.
        configuration.getCustomPreCommandInterceptorsTxRequired().add(new RefusalInterceptor(guard));
        configuration.getCustomPreCommandInterceptorsTxRequiresNew().add(new RefusalInterceptor(guard));
    }

    private static void history(ProcessEngineConfigurationImpl configuration) {
        configuration.setHistory(ProcessEngineConfigurationImpl.HISTORY_FULL);
        configuration.setRestrictUserOperationLogToAuthenticatedUsers(true);
        // A runbook that sets none keeps its history: what is deleted when is an operator's decision.
        configuration.setEnforceHistoryTimeToLive(false);
        configuration.setEnableExceptionsAfterUnhandledBpmnError(true);
        // A step that ends by a caught error has no outputs to map.
        configuration.setSkipOutputMappingOnCanceledActivities(true);
    }

    private static void security(ProcessEngineConfigurationImpl configuration) {
        configuration.setAuthorizationEnabled(true);
        // A task's candidates and assignee may work on it, and not set its variables or assign it.
        configuration.setDefaultUserPermissionForTask(Permissions.TASK_WORK);
        configuration.setEnablePasswordPolicy(true);
        configuration.setAdminGroups(new java.util.ArrayList<>(List.of(Roles.ADMINS)));
        configuration.setUserResourceWhitelistPattern("[a-zA-Z0-9._@+-]+");
        configuration.setJavaSerializationFormatEnabled(false);
        // A JSON object variable names the class it is read into.
        configuration.setDeserializationTypeValidationEnabled(true);
        configuration.setEnableExpressionsInAdhocQueries(false);
        configuration.setEnableXxeProcessing(false);
        // For due drills, which belong to no run; GuardedTaskService lets nobody else make one.
        configuration.setStandaloneTasksEnabled(true);
        configuration.setCmmnEnabled(false);
        configuration.setEnableFetchScriptEngineFromProcessApplication(false);
    }
}
