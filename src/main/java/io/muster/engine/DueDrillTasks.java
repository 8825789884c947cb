package io.muster.engine;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.impl.context.Context;
import org.camunda.bpm.engine.impl.interceptor.CommandContext;
import org.camunda.bpm.engine.impl.persistence.entity.TaskEntity;
import org.camunda.bpm.engine.impl.persistence.entity.TaskEntity.TaskState;
import org.camunda.bpm.engine.task.Task;
import org.springframework.stereotype.Component;

/**
 * Tasks that ask operators for drills that are due: one for each service, of no run. Such a task is not completed: it goes when a
 * drill of the service starts, or none is due any more.
 */
@Component
public class DueDrillTasks {

    /** A variable of each of these tasks, by which they are found. */
    static final String MARK = "dueDrill";

    private static final String PREFIX = "due-drill-";
    private static final int KEY_LENGTH = PREFIX.length() + 36;
    private static final int OVERDUE = 70;
    private static final int SOON = 40;
    /** Runbooks that prove a recovery. */
    private static final Set<String> DRILLS = Set.of("restore-test", "service-qualification");

    private final ProcessEngineConfigurationImpl engine;
    private final OneServer servers;

    DueDrillTasks(ProcessEngineConfigurationImpl engine, DataSource database) {
        this.engine = engine;
        this.servers = new OneServer(database);
    }

    /** @param dueAt empty where recovery was never proven */
    public record Due(String environment, String service, Optional<Instant> dueAt, boolean overdue) {

        private String title() {
            return (overdue ? "Drill overdue: " : "Drill due: ") + service;
        }

        private String text() {
            return "The recovery of " + environment + "/" + service
                    + dueAt.map(at -> (overdue ? " should have been proven by " : " must be proven again by ") + at)
                            .orElse(" was never proven")
                    + ". Start `restore-test`, which does not touch the service, or `service-qualification`.";
        }
    }

    /** The runbooks that prove a recovery. */
    public static Set<String> runbooks() {
        return DRILLS;
    }

    static boolean isDueDrill(String taskId) {
        return taskId.startsWith(PREFIX);
    }

    /** Asks for these, and for no others. Each is asked for once, whichever of several servers asks first. */
    public void ask(Collection<Due> due) {
        servers.alone(() -> {
            Map<String, Due> wanted =
                    due.stream().collect(Collectors.toMap(it -> key(it.environment(), it.service()), it -> it));
            Map<String, Task> asked = asEngine(() -> asked(engine.getTaskService()));
            asked.forEach((key, task) -> {
                if (!wanted.containsKey(key)) {
                    withdraw(task.getId());
                }
            });
            wanted.forEach((key, it) -> {
                Task task = asked.get(key);
                if (task == null) {
                    create(key, it);
                } else if (!it.title().equals(task.getName())
                        || !Optional.ofNullable(task.getDueDate()).equals(date(it))) {
                    change(task.getId(), it);
                }
            });
        });
    }

    private static Map<String, Task> asked(TaskService tasks) {
        return tasks.createTaskQuery().taskVariableValueEquals(MARK, true).list().stream()
                .collect(
                        Collectors.toMap(task -> task.getId().substring(0, KEY_LENGTH), it -> it, (one, other) -> one));
    }

    private void create(String key, Due due) {
        asEngine(() -> {
            // Not by the task service, which lets nobody make a task without a run. The history keeps the id: each has
            // its own.
            TaskEntity task =
                    new TaskEntity(key + "-" + UUID.randomUUID().toString().substring(0, 13));
            describe(task, due);
            task.insert();
            task.transitionTo(TaskState.STATE_CREATED);
            task.addCandidateGroup(Roles.OPERATORS);
            task.setVariablesLocal(Map.of(MARK, true, "environment", due.environment(), "service", due.service()));
            return task.getId();
        });
    }

    private void change(String id, Due due) {
        asEngine(() -> {
            Optional.ofNullable(Context.getCommandContext().getTaskManager().findTaskById(id))
                    .ifPresent(task -> {
                        describe(task, due);
                        task.triggerUpdateEvent();
                    });
            return id;
        });
    }

    private static void describe(TaskEntity task, Due due) {
        task.setName(due.title());
        task.setDescription(due.text());
        task.setPriority(due.overdue() ? OVERDUE : SOON);
        task.setDueDate(date(due).orElse(null));
    }

    private static Optional<Date> date(Due due) {
        return due.dueAt().map(Date::from);
    }

    private void withdraw(String id) {
        asEngine(() -> {
            end(Context.getCommandContext(), id, "No drill is due any more");
            return id;
        });
    }

    /** Within the command that starts a run: what it proves is asked for no more. */
    static void started(
            CommandContext context, String runbook, Optional<String> environment, Optional<String> service) {
        if (DRILLS.contains(runbook) && environment.isPresent() && service.isPresent()) {
            String key = key(environment.get(), service.get());
            TaskService tasks = context.getProcessEngineConfiguration().getTaskService();
            Optional.ofNullable(
                            context.runWithoutAuthorization(() -> asked(tasks)).get(key))
                    .ifPresent(task -> end(context, task.getId(), "Its drill was started"));
        }
    }

    private static void end(CommandContext context, String id, String why) {
        Optional.ofNullable(context.getTaskManager().findTaskById(id))
                .ifPresent(task -> context.getTaskManager().deleteTask(task, why, false, false));
    }

    private static String key(String environment, String service) {
        return PREFIX + UUID.nameUUIDFromBytes((environment + "/" + service).getBytes(StandardCharsets.UTF_8));
    }

    private <T> T asEngine(Callable<T> work) {
        return engine.getCommandExecutorTxRequired().execute(context -> context.runWithoutAuthorization(work));
    }
}
