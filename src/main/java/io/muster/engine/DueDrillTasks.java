package io.muster.engine;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.impl.cfg.TransactionState;
import org.camunda.bpm.engine.impl.context.Context;
import org.camunda.bpm.engine.impl.interceptor.CommandContext;
import org.camunda.bpm.engine.impl.persistence.entity.TaskEntity;
import org.camunda.bpm.engine.impl.persistence.entity.TaskEntity.TaskState;
import org.camunda.bpm.engine.task.Task;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Tasks that ask operators for drills that are due: one for each service, of no run. Such a task is not completed: it goes when a
 * drill of the service starts, or none is due any more.
 */
@Component
public class DueDrillTasks {

    /** The runbook that proves any recovery. */
    public static final String QUALIFICATION = "service-qualification";
    /** The one that proves some. */
    public static final String TEST = "restore-test";

    /** A variable of each of these tasks, by which they are found. */
    static final String MARK = "dueDrill";

    /** A variable of each: whether a restore test is proof enough. */
    private static final String TEST_PROVES = "testProves";

    private static final String PREFIX = "due-drill-";
    private static final int KEY_LENGTH = PREFIX.length() + 36;
    private static final int OVERDUE = 70;
    private static final int SOON = 40;
    private static final Logger LOG = LoggerFactory.getLogger(DueDrillTasks.class);

    private final ProcessEngineConfigurationImpl engine;
    private final OneServer servers;

    DueDrillTasks(ProcessEngineConfigurationImpl engine, DataSource database) {
        this.engine = engine;
        this.servers = new OneServer(database, "due drills were asked for", "They are looked at again.");
    }

    /**
     * @param dueAt empty where recovery was never proven
     * @param testProves whether a restore test is proof enough; where not, only a qualification is
     */
    public record Due(
            String environment, String service, Optional<Instant> dueAt, boolean overdue, boolean testProves) {

        private String title() {
            return (overdue ? "Drill overdue: " : "Drill due: ") + service;
        }

        private String text() {
            return "The recovery of " + environment + "/" + service
                    + dueAt.map(at -> (overdue ? " should have been proven by " : " must be proven again by ") + at)
                            .orElse(testProves ? " was never proven" : " was never proven by a qualification")
                    + (testProves
                            ? ". Start `restore-test`, which does not touch the service, or `service-qualification`: either"
                                    + " proves it."
                            : ". Start `service-qualification`: the service's restore tests have a schedule of their own"
                                    + " and do not prove all of it.");
        }
    }

    static boolean isDueDrill(String taskId) {
        return taskId.startsWith(PREFIX);
    }

    static boolean testProves(TaskEntity task) {
        return Boolean.TRUE.equals(task.getVariableLocal(TEST_PROVES));
    }

    /**
     * Asks for these, and for no others. Each is asked for once, whichever of several servers asks first.
     *
     * @param due what is due; looked at when no other server asks, so that no drill that began meanwhile is asked for
     */
    public void ask(Supplier<? extends Collection<Due>> due) {
        servers.alone(() -> {
            Map<String, Due> wanted =
                    due.get().stream().collect(Collectors.toMap(it -> key(it.environment(), it.service()), it -> it));
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
                        || !it.text().equals(task.getDescription())
                        || !Optional.ofNullable(task.getDueDate()).equals(date(it))) {
                    change(task.getId(), it);
                }
            });
        });
    }

    private static Map<String, Task> asked(TaskService tasks) {
        return tasks.createTaskQuery().taskVariableValueEquals(MARK, true).list().stream()
                .filter(task -> isDueDrill(task.getId()))
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
            task.setVariableLocal(TEST_PROVES, due.testProves());
            return task.getId();
        });
    }

    private void change(String id, Due due) {
        asEngine(() -> {
            Optional.ofNullable(Context.getCommandContext().getTaskManager().findTaskById(id))
                    .ifPresent(task -> {
                        describe(task, due);
                        task.setVariableLocal(TEST_PROVES, due.testProves());
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

    /**
     * Within the command that starts a run: what it proves is asked for no more. That is after its commit, so that a task which
     * another server, or who claims it, changes at this moment does not fail the start; one that stays goes at the next look.
     */
    static void started(
            CommandContext context, String runbook, Optional<String> environment, Optional<String> service) {
        if ((QUALIFICATION.equals(runbook) || TEST.equals(runbook)) && environment.isPresent() && service.isPresent()) {
            ProcessEngineConfigurationImpl engine = context.getProcessEngineConfiguration();
            String key = key(environment.get(), service.get());
            context.getTransactionContext()
                    .addTransactionListener(
                            TransactionState.COMMITTED, committed -> begun(engine, key, TEST.equals(runbook)));
        }
    }

    private static void begun(ProcessEngineConfigurationImpl engine, String key, boolean test) {
        try {
            engine.getCommandExecutorTxRequiresNew()
                    .execute(context -> context.runWithoutAuthorization(() -> {
                        Optional.ofNullable(asked(engine.getTaskService()).get(key))
                                .map(task -> context.getTaskManager().findTaskById(task.getId()))
                                .filter(task -> !test || testProves(task))
                                .ifPresent(task -> end(context, task.getId(), "Its drill was started"));
                        return null;
                    }));
        } catch (RuntimeException e) {
            LOG.info(
                    "A task that asks for a drill was not taken away when the drill started, and goes at the next look: {}",
                    e.getMessage());
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
