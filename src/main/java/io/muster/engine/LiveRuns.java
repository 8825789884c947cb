package io.muster.engine;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.runtime.Incident;
import org.camunda.bpm.engine.task.IdentityLink;
import org.camunda.bpm.engine.task.IdentityLinkType;
import org.camunda.bpm.engine.task.Task;
import org.springframework.stereotype.Component;

/** What the engine knows of runs that have not ended: who must act, and what failed. */
@Component
public class LiveRuns {

    private final ProcessEngineConfigurationImpl engine;

    LiveRuns(ProcessEngineConfigurationImpl engine) {
        this.engine = engine;
    }

    /** Open tasks and incidents of each of the given runs, the oldest first; a called runbook's incident shows in its caller as well. */
    public Map<String, Live> of(Collection<String> runIds) {
        if (runIds.isEmpty()) {
            return Map.of();
        }
        // Whoever may see runs may see their state; the engine's own filters are by task and instance.
        return engine.getCommandExecutorTxRequired()
                .execute(context -> context.runWithoutAuthorization(() -> look(runIds.toArray(String[]::new))));
    }

    private Map<String, Live> look(String[] ids) {
        Map<String, List<OpenTask>> tasks = new HashMap<>();
        for (Task task : engine.getTaskService()
                .createTaskQuery()
                .processInstanceIdIn(ids)
                .orderByTaskCreateTime()
                .asc()
                .orderByTaskId()
                .asc()
                .list()) {
            tasks.computeIfAbsent(task.getProcessInstanceId(), id -> new ArrayList<>())
                    .add(new OpenTask(
                            task.getId(),
                            task.getProcessInstanceId(),
                            task.getTaskDefinitionKey(),
                            task.getName(),
                            task.getAssignee(),
                            groups(task.getId()),
                            task.getCreateTime().toInstant()));
        }
        Map<String, List<OpenIncident>> incidents = new HashMap<>();
        for (String id : ids) {
            for (Incident incident : engine.getRuntimeService()
                    .createIncidentQuery()
                    .processInstanceId(id)
                    .orderByIncidentTimestamp()
                    .asc()
                    .list()) {
                incidents
                        .computeIfAbsent(id, key -> new ArrayList<>())
                        .add(new OpenIncident(
                                incident.getActivityId(),
                                incident.getIncidentMessage(),
                                incident.getIncidentTimestamp().toInstant(),
                                incident.getId().equals(incident.getRootCauseIncidentId())));
            }
        }
        Map<String, Live> live = new LinkedHashMap<>();
        for (String id : ids) {
            live.put(id, new Live(tasks.getOrDefault(id, List.of()), incidents.getOrDefault(id, List.of())));
        }
        return live;
    }

    private List<String> groups(String task) {
        return engine.getTaskService().getIdentityLinksForTask(task).stream()
                .filter(link -> IdentityLinkType.CANDIDATE.equals(link.getType()) && link.getGroupId() != null)
                .map(IdentityLink::getGroupId)
                .sorted()
                .toList();
    }

    public record Live(List<OpenTask> tasks, List<OpenIncident> incidents) {}

    /**
     * @param assignee null while nobody has claimed it
     * @param groups who is asked
     */
    public record OpenTask(
            String id, String run, String task, String title, String assignee, List<String> groups, Instant since) {}

    /** @param own whether it arose here, not in a called runbook */
    public record OpenIncident(String activity, String message, Instant since, boolean own) {}
}
