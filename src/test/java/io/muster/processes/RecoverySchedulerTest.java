package io.muster.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.muster.engine.RunStarts;
import io.muster.inventory.Inventory;
import io.muster.inventory.Placement;
import io.muster.journal.JournalReader.RunRow;
import io.muster.journal.RunJournal.EndState;
import io.muster.recovery.BackupSchedule;
import io.muster.recovery.Drill;
import io.muster.schedule.RecoveryScheduler;
import io.muster.step.StepFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

/** The scheduler on the real engine and journal; each server is one of its own, with the same database. */
class RecoverySchedulerTest extends RecoveryServerTest {

    private static final Duration EVERY = Duration.ofHours(24);

    private void check() {
        server.getBean(RecoveryScheduler.class).check();
    }

    private List<RunRow> runs(String service) {
        return runs("service-backup", service);
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
        return readiness(service).backupOverdue();
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
            assertThat(run.run().startedBy()).contains(RecoveryScheduler.USER);
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
                            return one.getBean(RecoveryScheduler.class).check();
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
                        RecoveryScheduler.USER,
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
            again.getBean(RecoveryScheduler.class).check();
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
        refuse("failing");
        // The journal's clock is not turned: both runs began at the first moment, 61 minutes ago.
        clock.turn(Duration.ofMinutes(58));
        check();
        assertThat(runs("failing")).as("the pause doubles").hasSize(2);
        clock.turn(Duration.ofMinutes(2));
        check();
        assertThat(runs("failing")).hasSize(3);
    }

    /** What it did at a time to come keeps nothing from being done until then. */
    @Test
    void aClockThatWasAheadAndIsRightAgainKeepsNoBackupFromBeingTaken() {
        deploy("ahead");
        back("ahead", "ahead", Duration.ZERO);
        check();
        assertThat(runs("ahead")).as("it has one").isEmpty();
        clock.turn(EVERY.plusSeconds(1));
        check();
        refuse("ahead");
        assertThat(runs("ahead")).hasSize(1);

        clock.turn(Duration.ofDays(-400));
        check();
        assertThat(runs("ahead"))
                .as("the newest backup and run are of a time to come")
                .hasSize(2);
        refuse("ahead");
        back("ahead", "now", Duration.ZERO);
        check();
        assertThat(runs("ahead")).hasSize(2);
        assertThat(readiness("ahead").lastBackup()).contains(clock.instant());
        assertThat(overdue("ahead")).isFalse();
        clock.turn(EVERY.plusSeconds(1));
        assertThat(due("ahead").since()).isPresent();
        check();
        assertThat(runs("ahead")).hasSize(3);
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

    @Test
    void aRestoreTestIsStartedWhenThereIsABackupToTestAndItsTimeHasCome() {
        deploy("tested");
        check();
        assertThat(runs("restore-test", "tested"))
                .as("there is nothing to test")
                .isEmpty();
        back("tested", "a", Duration.ZERO);
        check();
        check();
        assertThat(runs("restore-test", "tested")).singleElement().satisfies(run -> {
            assertThat(run.run().startedBy()).contains(RecoveryScheduler.USER);
            assertThat(run.run().reason().orElseThrow()).startsWith("Scheduled restore test, due since ");
        });
        runtime.deleteProcessInstance(
                runs("restore-test", "tested").get(0).run().id(), "cancelled");
        clock.turn(Duration.ofHours(23));
        check();
        assertThat(runs("restore-test", "tested"))
                .as("one that came to nothing is not begun anew at once")
                .hasSize(1);
        clock.turn(Duration.ofHours(2));
        check();
        assertThat(runs("restore-test", "tested")).hasSize(2);

        runtime.deleteProcessInstance(
                runs("restore-test", "tested").get(0).run().id(), "cancelled");
        drill("tested", Drill.Kind.QUALIFICATION, true);
        clock.turn(Duration.ofDays(7).minusSeconds(1));
        check();
        assertThat(runs("restore-test", "tested"))
                .as("a qualification restores too")
                .hasSize(2);
        clock.turn(Duration.ofSeconds(2));
        check();
        assertThat(runs("restore-test", "tested")).hasSize(3);
    }
}
