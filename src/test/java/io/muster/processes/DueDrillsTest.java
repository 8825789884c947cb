package io.muster.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.muster.engine.DueDrillTasks;
import io.muster.engine.TaskRights;
import io.muster.inventory.Placement;
import io.muster.inventory.Placements;
import io.muster.journal.StepJournal;
import io.muster.journal.StepRun;
import io.muster.recovery.Drill;
import io.muster.recovery.Drills;
import io.muster.remote.TurnedClock;
import io.muster.schedule.DueDrills;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;
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
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

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

    @Autowired
    Placements placements;

    @Autowired
    DataSource dataSource;

    @Autowired
    PlatformTransactionManager transactions;

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
    }

    private ProcessInstance test(String service) {
        return startAs(
                "operator",
                "restore-test",
                Map.of("environment", "prod", "service", service, "backup", "latest", "reason", "it is due"));
    }

    private ProcessInstance qualification(String service) {
        return startAs(
                "operator",
                "service-qualification",
                Map.of("environment", "prod", "service", service, "version", "1.0.0", "reason", "it is due"));
    }

    @Test
    void whatOnlyAQualificationProvesIsAskedForUntilOneIsStarted() {
        deploy("drill-full");
        check();
        Task task = asked("drill-full").get(0);
        assertThat(task.getDescription()).contains("service-qualification").doesNotContain("`restore-test`");
        assertThat(as("operator", () -> rights.of(task.getId(), "operator"))
                        .orElseThrow()
                        .testProves())
                .contains(false);

        test("drill-full");
        assertThat(asked("drill-full")).as("a test would not prove it").hasSize(1);
        check();
        assertThat(asked("drill-full")).singleElement().satisfies(same -> assertThat(same.getId())
                .isEqualTo(task.getId()));

        qualification("drill-full");
        assertThat(asked("drill-full")).isEmpty();
        check();
        assertThat(asked("drill-full")).as("it is under way").isEmpty();
    }

    @Test
    void aTaskSaysWhatProvesItByTheInventoryAsItIsNow() {
        DueDrillTasks drills = context.getBean(DueDrillTasks.class);
        DueDrillTasks.Due full = new DueDrillTasks.Due("prod", "drill-other", Optional.empty(), true, false);
        drills.ask(() -> List.of(full));
        Task task = asked("drill-other").get(0);
        drills.ask(() -> List.of(new DueDrillTasks.Due("prod", "drill-other", Optional.empty(), true, true)));
        Task changed = asked("drill-other").get(0);
        assertThat(changed.getId()).isEqualTo(task.getId());
        assertThat(changed.getDescription()).contains("`restore-test`");
        assertThat(as("operator", () -> rights.of(task.getId(), "operator"))
                        .orElseThrow()
                        .testProves())
                .contains(true);
        check();
        assertThat(asked("drill-other")).isEmpty();
    }

    @Test
    void aServiceThatIsRetiredIsAskedForNoMore() {
        deploy("drill-gone");
        prove("drill-gone", EVERY.minusDays(2));
        check();
        assertThat(asked("drill-gone")).hasSize(1);
        placements.put(new Placement(
                "prod",
                "drill-gone",
                Placement.State.RETIRED,
                "apps-01",
                "core",
                Optional.empty(),
                Optional.of("new-01:/srv/archive"),
                "run-1",
                Instant.now().plusSeconds(60)));
        check();
        assertThat(asked("drill-gone")).isEmpty();
    }

    /** Another server, or a person who claims it, changes the task at the moment in which its drill is started. */
    @Test
    void aStartDoesNotFailBecauseItsTaskIsChangedAtThatMoment() {
        deploy("drill-both");
        check();
        String task = asked("drill-both").get(0).getId();
        CompletableFuture<ProcessInstance> start = new TransactionTemplate(transactions).execute(change -> {
            tasks.setPriority(task, 71);
            CompletableFuture<ProcessInstance> other = CompletableFuture.supplyAsync(() -> test("drill-both"));
            await().until(() -> other.isDone() || blocked());
            return other;
        });
        assertRun(start.join()).isStarted();
        check();
        assertThat(asked("drill-both")).as("its drill runs").isEmpty();
    }

    private boolean blocked() {
        return new JdbcTemplate(dataSource)
                        .queryForObject(
                                "select count(*) from pg_stat_activity where datname = current_database() and"
                                        + " wait_event_type = 'Lock' and query ilike '%act_ru_task%'",
                                Long.class)
                > 0;
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
