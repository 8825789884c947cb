package io.muster.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.journal.StepJournal;
import io.muster.journal.StepRun;
import java.time.Duration;
import java.util.Map;
import javax.sql.DataSource;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.context.TestPropertySource;

/** What is left of runs that were cancelled while their server was gone. The timer is set far away; the test asks. */
@TestPropertySource(properties = "camunda.bpm.job-execution.lock-time-in-millis=3600000")
class ReaperTest extends EngineTest {

    @Autowired
    Reaper reaper;

    @Autowired
    StepJournal stepJournal;

    @Autowired
    DataSource dataSource;

    private void lives(String owner) {
        new JdbcTemplate(dataSource)
                .update(
                        "insert into server (owner, seen_at) values (?, clock_timestamp() + interval '1 hour')"
                                + " on conflict (owner) do update set seen_at = excluded.seen_at",
                        owner);
    }

    private StepRun diedWith(ProcessInstance run) {
        return openOn("dead server", run);
    }

    private StepRun openOn(String owner, ProcessInstance run) {
        StepRun open = stepJournal.open(new StepJournal.NewStepRun(
                run.getId(), run.getId(), job(run).getId(), "wait", "Wait", "waitLong", "the target", owner, "{}"));
        stepJournal.effect(open.id(), open.epoch(), "wait", "the target", "handle-7");
        return open;
    }

    private ProcessInstance started(String key) {
        deploy(process(key)
                .startEvent("requested")
                .serviceTask("wait")
                .camundaAsyncBefore()
                .camundaDelegateExpression("${waitLong}")
                .camundaInputParameter("text", key)
                .endEvent("done")
                .done());
        return start(key, Map.of());
    }

    @Test
    void whatRunsOnForACancelledRunIsEndedAtOnceWhenItsServerIsGone() {
        ProcessInstance run = started(unique("reaped"));
        StepRun open = diedWith(run);
        reaper.round();
        clock.turn(Duration.ofHours(5));
        reaper.round();
        assertThat(state(open)).as("its job is there").isEqualTo(StepRun.State.OPEN);

        runtime.deleteProcessInstance(run.getId(), "changed my mind");
        reaper.round();
        isEnded(open);
    }

    @Test
    void aServerThatLivesIsGivenTimeToEndItItself() {
        ProcessInstance run = started(unique("given-time"));
        lives("living server");
        StepRun open = openOn("living server", run);
        runtime.deleteProcessInstance(run.getId(), "changed my mind");
        reaper.round();
        clock.turn(Duration.ofHours(3));
        reaper.round();
        assertThat(state(open)).as("its server may be about to end it").isEqualTo(StepRun.State.OPEN);
        clock.turn(Duration.ofHours(2));
        reaper.round();
        isEnded(open);
    }

    @Test
    void whatAServerHandedOverWhenItStoppedIsEndedAtOnce() {
        ProcessInstance run = started(unique("handed-over"));
        lives("stopped server");
        StepRun open = openOn("stopped server", run);
        stepJournal.release(open.id(), open.epoch());
        runtime.deleteProcessInstance(run.getId(), "changed my mind");
        reaper.round();
        isEnded(open);
    }

    private StepRun.State state(StepRun open) {
        return journal.step(open.id()).orElseThrow().state();
    }

    private void isEnded(StepRun open) {
        StepRun ended = journal.step(open.id()).orElseThrow();
        assertThat(ended.state()).isEqualTo(StepRun.State.FAILED);
        assertThat(ended.failure().orElseThrow().reason()).isEqualTo("Cancelled");
        assertThat(ended.failure().orElseThrow().message())
                .contains("cancelled while no server followed this step", "It was ended: handle-7.");
    }

    @Test
    void whatAnEndedAttemptLeftIsSweptOnce() {
        ProcessInstance run = started(unique("swept"));
        StepRun open = diedWith(run);
        stepJournal.succeed(open.id(), open.epoch(), "{}");
        clock.turn(Duration.ofMinutes(5));
        reaper.round();
        assertThat(TestSteps.runs("swept " + open.id())).isZero();
        clock.turn(Duration.ofMinutes(6));
        reaper.round();
        reaper.round();
        assertThat(TestSteps.runs("swept " + open.id())).isOne();
    }
}
