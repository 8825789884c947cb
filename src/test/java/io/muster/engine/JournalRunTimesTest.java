package io.muster.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.journal.JournalFixture;
import io.muster.journal.StepRun;
import io.muster.step.RunTimes;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;

class JournalRunTimesTest {

    private final JournalFixture journal = new JournalFixture();
    private final RunTimes times = new JournalRunTimes(
            journal.reader, new DefaultListableBeanFactory().getBeanProvider(ProcessEngineConfigurationImpl.class));

    @AfterEach
    void close() {
        journal.close();
        journal.database.close();
    }

    @Test
    void whatAnAttemptDidBeforeItFailedWasDone() {
        String run = journal.startRun();
        StepRun failed = journal.open(run, "job-1");
        journal.steps.effect(failed.id(), failed.epoch(), "made", "first");
        journal.steps.fail(failed.id(), failed.epoch(), new StepRun.Failure("REJECTED", "TaskFailed", "no"));
        StepRun well = journal.open(run, "job-1");
        journal.steps.effect(well.id(), well.epoch(), "made", "second");
        journal.steps.succeed(well.id(), well.epoch(), "{}");
        StepRun open = journal.open(run, "job-2");
        journal.steps.effect(open.id(), open.epoch(), "made", "third");

        assertThat(times.changes(run, "dockerRun"))
                .extracting(change -> change.thing().target())
                .containsExactly("second");
        assertThat(times.attempted(run, "dockerRun"))
                .extracting(change -> change.thing().target())
                .containsExactly("first", "second");
        assertThat(times.attempted(run, "another")).isEmpty();
    }
}
