package io.muster.engine;

import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.FilterService;
import org.camunda.bpm.engine.ManagementService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.filter.Filter;
import org.camunda.bpm.engine.task.TaskQuery;

/**
 * The filters that Tasklist shows. Nobody else can make one, because a filter holds expressions, which run on the server.
 * Each is made once: what an administrator renames, changes or deletes stays so.
 */
final class TasklistFilters {

    /** What a task in the list says beside its name, so that two of a kind can be told apart. */
    private static final List<Map<String, String>> SHOWN = List.of(
            Map.of("name", "service", "label", "Service"),
            Map.of("name", "version", "label", "Version"),
            Map.of("name", "environment", "label", "Environment"));

    private static final String MADE = "muster.filter.";

    private final FilterService filters;
    private final TaskService tasks;
    private final ManagementService management;

    TasklistFilters(FilterService filters, TaskService tasks, ManagementService management) {
        this.filters = filters;
        this.tasks = tasks;
        this.management = management;
    }

    void ensure() {
        ensure(
                "My groups",
                -10,
                tasks.createTaskQuery()
                        .taskCandidateGroupInExpression("${currentUserGroups()}")
                        .includeAssignedTasks());
        ensure("Mine", -5, tasks.createTaskQuery().taskAssigneeExpression("${currentUser()}"));
        ensure("My approvals", -4, mine().taskDefinitionKeyLike("approve-%"));
        ensure("Decisions", -3, mine().taskDefinitionKeyIn(DecisionTasks.KEY, RecoveryTasks.KEY));
        ensure("Due drills", -1, tasks.createTaskQuery().taskVariableValueEquals(DueDrillTasks.MARK, true));
        ensure("All", 0, tasks.createTaskQuery());
    }

    private TaskQuery mine() {
        return tasks.createTaskQuery()
                .taskCandidateGroupInExpression("${currentUserGroups()}")
                .includeAssignedTasks();
    }

    private void ensure(String name, int priority, TaskQuery query) {
        String made = MADE + name;
        if (management.getProperties().containsKey(made)) {
            return;
        }
        if (filters.createFilterQuery().filterName(name).count() == 0) {
            Filter filter = filters.newTaskFilter(name);
            filter.setQuery(query);
            filter.setProperties(
                    Map.of("priority", priority, "showUndefinedVariable", false, "refresh", true, "variables", SHOWN));
            filters.saveFilter(filter);
        }
        management.setProperty(made, "true");
    }
}
