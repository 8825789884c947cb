package io.muster.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.engine.DueDrillTasks;
import io.muster.engine.TaskRights;
import io.muster.journal.StepJournal;
import io.muster.journal.StepRun;
import io.muster.recovery.Drill;
import io.muster.recovery.Drills;
import io.muster.remote.TurnedClock;
import io.muster.schedule.DueDrills;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.camunda.bpm.engine.FilterService;
import org.camunda.bpm.engine.authorization.Resources;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.engine.task.Task;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

/** Due drills as tasks, on the real engine and journal; each server is one of its own, with the same database. */
class DueDrillsTest extends RunbookTest {

    private static final Duration EVERY = Duration.ofDays(90);

    @Autowired
    ApplicationContext context;

    @Autowired
    StepJournal stepJournal;

    @Autowired
    FilterService filters;

    @Autowired
    TaskRights rights;

    private final TurnedClock clock = new TurnedClock();
    private AnnotationConfigApplicationContext server;

    @BeforeEach
    void serve() {
        server = server();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private AnnotationConfigApplicationContext server() {
        AnnotationConfigApplicationContext another = new AnnotationConfigApplicationContext();
        // Its beans only: a parent context would hear that this one closes, and stop its own server.
        another.getDefaultListableBeanFactory().setParentBeanFactory(context.getAutowireCapableBeanFactory());
        another.registerBean("turnedClock", Clock.class, () -> clock);
        another.scan("io.muster.recovery", "io.muster.schedule");
        another.refresh();
        return another;
    }

    private void check() {
        server.getBean(DueDrills.class).check();
    }

    /** What operators see in the filter that comes ready. */
    private List<Task> asked(String service) {
        String filter = filters.createFilterQuery()
                .filterName("Due drills")
                .singleResult()
                .getId();
        return as("operator", () -> filters.<Task>list(filter)).stream()
                .filter(task -> task.getName().endsWith(": " + service))
                .toList();
    }

    /** As if a run had deployed it. */
    private void deploy(String service) {
        String run = startAs(
                        "operator",
                        "service-deployment",
                        Map.of("environment", "prod", "service", service, "version", "1.0.0", "reason", "test"))
                .getId();
        StepRun step = stepJournal.open(new StepJournal.NewStepRun(
                run, run, "job-" + service, "run", "Run", "dockerRun", "apps-01/" + service, "server", "{}"));
        stepJournal.succeed(step.id(), step.epoch(), "{}");
    }

    private void prove(String service, Duration ago) {
        Drills drills = server.getBean(Drills.class);
        String run = "drill-" + service + "-" + ago;
        drills.start(
                run,
                Drill.Kind.RESTORE_TEST,
                "prod",
                service,
                Optional.empty(),
                clock.instant().minus(ago));
        drills.end(run, true, "restored", clock.instant().minus(ago));
    }

    @Test
    void whatWasNeverProvenIsAskedForOnceAndGoesWhenItIs() {
        check();
        assertThat(asked("drill-never")).as("it was never deployed").isEmpty();
        deploy("drill-never");
        check();
        try (AnnotationConfigApplicationContext other = server()) {
            other.getBean(DueDrills.class).check();
        }
        check();
        Task task = asked("drill-never").get(0);
        assertThat(asked("drill-never")).hasSize(1);
        assertThat(task.getName()).isEqualTo("Drill overdue: drill-never");
        assertThat(task.getDescription()).contains("prod/drill-never was never proven");
        assertThat(task.getDueDate()).isNull();
        assertThat(tasks.getIdentityLinksForTask(task.getId()))
                .extracting(link -> link.getGroupId())
                .contains("operators");

        prove("drill-never", Duration.ZERO);
        check();
        assertThat(asked("drill-never")).isEmpty();
        assertThat(engine.getAuthorizationService()
                        .createAuthorizationQuery()
                        .resourceType(Resources.TASK)
                        .resourceId(task.getId())
                        .count())
                .as("rights to what is gone")
                .isZero();
    }

    @Test
    void whatIsDueSoonIsAskedForAWeekBeforeAndBecomesOverdue() {
        deploy("drill-soon");
        prove("drill-soon", EVERY.minusDays(8));
        check();
        assertThat(asked("drill-soon")).as("in more than a week").isEmpty();
        clock.turn(Duration.ofDays(2));
        check();
        assertThat(asked("drill-soon")).singleElement().satisfies(task -> {
            assertThat(task.getName()).isEqualTo("Drill due: drill-soon");
            assertThat(task.getDueDate()).isAfter(java.util.Date.from(clock.instant()));
        });
        tasks.claim(asked("drill-soon").get(0).getId(), "operator");
        clock.turn(Duration.ofDays(8));
        check();
        assertThat(asked("drill-soon")).singleElement().satisfies(task -> {
            assertThat(task.getName()).isEqualTo("Drill overdue: drill-soon");
            assertThat(task.getAssignee()).as("whoever took it keeps it").isEqualTo("operator");
        });
    }

    @Test
    void itIsNotCompletedByHandAndGoesWhenADrillIsStartedAndComesAgainWhenThatFails() {
        deploy("drill-started");
        check();
        String task = asked("drill-started").get(0).getId();
        TaskRights.Rights known =
                as("operator", () -> rights.of(task, "operator")).orElseThrow();
        assertThat(known.kind()).isEqualTo(TaskRights.Kind.DUE_DRILL);
        assertThat(known.service()).contains("drill-started");
        assertThatThrownBy(() -> as("operator", () -> {
                    tasks.complete(task);
                    return null;
                }))
                .hasMessageContaining("goes when a drill of its service is started");
        assertThat(asked("drill-started")).hasSize(1);

        ProcessInstance run = startAs(
                "operator",
                "restore-test",
                Map.of("environment", "prod", "service", "drill-started", "backup", "latest", "reason", "it is due"));
        assertThat(asked("drill-started")).as("its drill runs").isEmpty();
        check();
        assertThat(asked("drill-started")).isEmpty();

        runtime.deleteProcessInstance(run.getId(), "test");
        check();
        assertThat(asked("drill-started")).as("it proved nothing").hasSize(1);
        assertThat(DueDrillTasks.runbooks()).contains("restore-test");
    }

    @Test
    void nobodyElseMakesATaskWithoutARun() {
        for (String user : List.of("operator", "first.admin")) {
            assertThatThrownBy(() -> as(user, () -> {
                        Task made = tasks.newTask();
                        made.setName("Drill due: drill-never");
                        tasks.saveTask(made);
                        return null;
                    }))
                    .as(user)
                    .hasMessageFindingMatch("Tasks are made by runs|does not have .CREATE. permission");
        }
    }
}
