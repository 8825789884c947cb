package io.muster.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.engine.RunStarts;
import io.muster.inventory.Inventories;
import io.muster.inventory.Inventory;
import io.muster.inventory.Placement;
import io.muster.inventory.Placements;
import io.muster.journal.JournalReader.RunRow;
import io.muster.journal.RunJournal.EndState;
import io.muster.journal.RunSearch;
import io.muster.journal.StepJournal;
import io.muster.journal.StepRun;
import io.muster.recovery.Backup;
import io.muster.recovery.BackupSchedule;
import io.muster.recovery.Backups;
import io.muster.recovery.Readiness;
import io.muster.remote.TurnedClock;
import io.muster.schedule.BackupScheduler;
import io.muster.step.StepFailure;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.MapPropertySource;

/** The scheduler on the real engine and journal; each server is one of its own, with the same database. */
class BackupSchedulerTest extends RunbookTest {

    private static final Duration EVERY = Duration.ofHours(24);

    @Autowired
    ApplicationContext context;

    @Autowired
    StepJournal stepJournal;

    @Autowired
    Placements placements;

    @Autowired
    Inventories inventories;

    private final TurnedClock clock = new TurnedClock();
    private AnnotationConfigApplicationContext server;
    private Backups backups;

    @BeforeEach
    void serve() {
        server = server(Map.of());
        backups = server.getBean(Backups.class);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private AnnotationConfigApplicationContext server(Map<String, Object> settings) {
        AnnotationConfigApplicationContext another = new AnnotationConfigApplicationContext();
        // Its beans only: a parent context would hear that this one closes, and stop its own server.
        another.getDefaultListableBeanFactory().setParentBeanFactory(context.getAutowireCapableBeanFactory());
        another.getEnvironment().getPropertySources().addFirst(new MapPropertySource("test", settings));
        another.registerBean("turnedClock", Clock.class, () -> clock);
        another.scan("io.muster.recovery", "io.muster.schedule");
        another.refresh();
        return another;
    }

    private void check() {
        server.getBean(BackupScheduler.class).check();
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

    private void back(String service, String id, Duration ago) {
        Instant at = clock.instant().minus(ago);
        backups.taken(
                Backup.taken("prod", service, id, "new-01", "/srv/x/" + id, 4, at, Duration.ofSeconds(1), "run-1"));
        backups.verified("prod", service, id, at, "run-1");
    }

    private List<RunRow> runs(String service) {
        RunSearch search = new RunSearch(
                Optional.of("service-backup"),
                Optional.of("prod"),
                Optional.of(service),
                Set.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false);
        return journal.runs(search, 100, 0).runs().stream()
                .map(RunSearch.Found::row)
                .toList();
    }

    private ProcessInstance run(String service) {
        return runtime.createProcessInstanceQuery()
                .processInstanceId(runs(service).get(0).run().id())
                .singleResult();
    }

    private void refuse(String service) {
        steps.fail("prepare-service", () -> rejected("NotInInventory"));
        ProcessInstance run = run(service);
        goOn(run);
        assertEnded(run, "backup-refused", EndState.REJECTED);
    }

    private BackupSchedule.Due due(String service) {
        Inventory.Environment environment =
                inventories.current().environment("prod").orElseThrow();
        return server.getBean(BackupSchedule.class)
                .due(environment, environment.services().get(service))
                .orElseThrow();
    }

    private boolean overdue(String service) {
        return server.getBean(Readiness.class)
                .of(inventories.current().environment("prod").orElseThrow())
                .get(service)
                .backupOverdue();
    }

    @Test
    void aBackupThatIsDueIsStartedOnceInTheNameOfTheScheduler() {
        deploy("daily");
        back("daily", "a", EVERY.minusSeconds(1));
        check();
        assertThat(runs("daily")).as("not due yet").isEmpty();

        clock.turn(Duration.ofSeconds(2));
        check();
        check();
        assertThat(runs("daily")).singleElement().satisfies(run -> {
            assertThat(run.run().startedBy()).contains(BackupScheduler.USER);
            assertThat(run.run().reason())
                    .contains("Scheduled backup, due since "
                            + due("daily").since().orElseThrow());
            assertThat(run.run().rootId()).isEqualTo(run.run().id());
        });
        assertThat(identity.getCurrentAuthentication()).isNull();

        back("daily", "b", Duration.ZERO);
        clock.turn(Duration.ofHours(23));
        check();
        assertThat(runs("daily")).hasSize(1);
    }

    @Test
    void ofTwoServersThatSeeItAtTheSameMomentOneStartsIt() throws Exception {
        deploy("twins");
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try (AnnotationConfigApplicationContext other = server(Map.of())) {
            CyclicBarrier together = new CyclicBarrier(2);
            List<Future<List<String>>> both = List.of(server, other).stream()
                    .map(one -> {
                        Callable<List<String>> look = () -> {
                            together.await();
                            return one.getBean(BackupScheduler.class).check();
                        };
                        return threads.submit(look);
                    })
                    .toList();
            for (Future<List<String>> one : both) {
                one.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(runs("twins")).hasSize(1);
    }

    @Test
    void aServerThatSawNoRunYetAndComesLateStartsNoSecond() {
        deploy("late");
        check();
        String first = runs("late").get(0).run().id();
        RunStarts starts = context.getBean(RunStarts.class);
        assertThat(starts.startBySystem(
                        "service-backup",
                        Map.of("environment", "prod", "service", "late", "reason", "late"),
                        BackupScheduler.USER,
                        "backup:prod/late:first"))
                .isEqualTo(new RunStarts.Started(first, true));
        assertThat(runs("late")).hasSize(1);
    }

    @Test
    void aServerThatStartsAgainStartsNoSecondWhileAPersonIsAskedAboutTheFirst() {
        deploy("fresh");
        check();
        steps.fail("prepare-service", () -> new StepFailure.Fatal("TaskFailed", "It broke. Mend it."));
        goOnToFailure(run("fresh"));
        clock.turn(Duration.ofDays(3));
        try (AnnotationConfigApplicationContext again = server(Map.of())) {
            again.getBean(BackupScheduler.class).check();
        }
        assertThat(runs("fresh")).hasSize(1);
        assertThat(overdue("fresh")).isTrue();
    }

    @Test
    void afterOneThatCameToNothingTheNextIsStartedAnHourLater() {
        deploy("failing");
        check();
        refuse("failing");
        clock.turn(Duration.ofMinutes(59));
        check();
        assertThat(runs("failing")).hasSize(1);
        clock.turn(Duration.ofMinutes(2));
        check();
        assertThat(runs("failing")).hasSize(2);
    }

    @Test
    void aBackupThatWasFoundDamagedIsNone() {
        deploy("damaged");
        back("damaged", "a", Duration.ZERO);
        check();
        assertThat(runs("damaged")).isEmpty();
        backups.damaged("prod", "damaged", "a", "data.tar: checksum");
        check();
        assertThat(runs("damaged")).singleElement().satisfies(run -> assertThat(
                        run.run().reason())
                .contains("Scheduled backup, there is none that was read back whole"));
    }

    @Test
    void whatIsRetiredNeverDeployedOrDisabledIsLeftAlone() {
        deploy("paused");
        deploy("retired");
        placements.put(new Placement(
                "prod",
                "retired",
                Placement.State.RETIRED,
                "apps-01",
                "core",
                Optional.empty(),
                Optional.of("new-01:/srv/archive"),
                "run-1",
                Instant.now().plusSeconds(60)));
        clock.turn(Duration.ofDays(9));
        check();
        for (String service : List.of("unknown", "retired", "paused", "notes")) {
            // Other tests start backups of notes by hand.
            assertThat(runs(service))
                    .as(service)
                    .allMatch(run -> !run.run().startedBy().equals(Optional.of("scheduler")));
            assertThat(overdue(service)).as(service).isFalse();
        }
    }

    @Test
    void aServerLooksByItselfUnlessItServesTheSandboxOrIsToldOtherwise() {
        deploy("itself");
        for (Map<String, Object> off : List.<Map<String, Object>>of(
                Map.of("muster.sandbox.active", true), Map.of("muster.backups.schedule", false))) {
            try (AnnotationConfigApplicationContext other = server(off)) {
                ready(other);
                assertThat(Thread.getAllStackTraces().keySet())
                        .extracting(Thread::getName)
                        .doesNotContain("backup-scheduler");
            }
        }
        try (AnnotationConfigApplicationContext other = server(Map.of())) {
            ready(other);
            await().until(() -> !runs("itself").isEmpty());
        }
    }

    private static void ready(AnnotationConfigApplicationContext server) {
        server.publishEvent(new ApplicationReadyEvent(new SpringApplication(), new String[0], server, Duration.ZERO));
    }

    @Test
    void aBackupIsOverdueBeyondTwiceItsScheduleOrTheTargetOfTheRpo() {
        assertThat(overdue("overdue")).as("never deployed").isFalse();
        deploy("overdue");
        assertThat(overdue("overdue")).as("none").isTrue();
        back("overdue", "a", Duration.ZERO);
        // The target, 40 hours, is less than twice the schedule.
        clock.turn(Duration.ofHours(40).minusSeconds(1));
        assertThat(overdue("overdue")).isFalse();
        clock.turn(Duration.ofSeconds(2));
        assertThat(overdue("overdue")).isTrue();
    }
}
