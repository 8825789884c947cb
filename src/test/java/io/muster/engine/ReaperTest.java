package io.muster.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.journal.AuditChain;
import io.muster.journal.StepJournal;
import io.muster.journal.StepRun;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;
import org.camunda.bpm.model.bpmn.instance.ExtensionElements;
import org.camunda.bpm.model.bpmn.instance.Process;
import org.camunda.bpm.model.bpmn.instance.camunda.CamundaProperties;
import org.camunda.bpm.model.bpmn.instance.camunda.CamundaProperty;
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

    @Autowired
    AuditChain chain;

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
        reaper.sweep();
        assertThat(TestSteps.runs("swept " + open.id())).isZero();
        clock.turn(Duration.ofMinutes(6));
        reaper.sweep();
        reaper.sweep();
        assertThat(TestSteps.runs("swept " + open.id())).isOne();
    }

    private StepRun leftIn(ProcessInstance run, String step) {
        String job = UUID.randomUUID().toString();
        StepRun open = stepJournal.open(new StepJournal.NewStepRun(
                run.getId(), run.getId(), job, "wait", "Wait", step, "the target", "dead server", "{}"));
        stepJournal.effect(open.id(), open.epoch(), "wait", "the target", "handle-7");
        stepJournal.succeed(open.id(), open.epoch(), "{}");
        return open;
    }

    @Test
    void targetsThatDoNotAnswerAreAskedLessOftenAndKeepNobodyWaiting() {
        ProcessInstance run = started(unique("left"));
        List<StepRun> unreachable =
                IntStream.range(0, 50).mapToObj(n -> leftIn(run, "unknownStep")).toList();
        StepRun reachable = leftIn(run, "waitLong");
        clock.turn(Duration.ofMinutes(11));
        reaper.sweep();
        reaper.sweep();
        assertThat(TestSteps.runs("swept " + reachable.id())).isOne();
        assertThat(tries(unreachable.get(0))).as("not again at once").isOne();
        clock.turn(Duration.ofMinutes(11));
        reaper.sweep();
        clock.turn(Duration.ofMinutes(11));
        reaper.sweep();
        assertThat(tries(unreachable.get(0))).as("after 10 minutes, then 20").isEqualTo(2);

        clock.turn(Duration.ofDays(8));
        reaper.sweep();
        assertThat(new JdbcTemplate(dataSource).queryForObject("select count(*) from step_left", Long.class))
                .isZero();
        StepRun one = unreachable.get(0);
        assertThat(chain.events(one.rootRunId()))
                .filteredOn(event -> event.kind().equals("left-behind"))
                .hasSize(50)
                .allMatch(event -> event.body().contains("This server has no step 'unknownStep'"))
                .anyMatch(event -> event.body().contains(one.id().toString()));
        assertThat(chain.verify(one.rootRunId()).problems()).isEmpty();
    }

    private int tries(StepRun left) {
        Integer tries = new JdbcTemplate(dataSource)
                .queryForObject("select tries from step_left where step_run_id = ?", Integer.class, left.id());
        return tries == null ? 0 : tries;
    }

    /** Waits at its first step, has changed something in an earlier one, and names who cleans up behind it. */
    private ProcessInstance changing(String key) {
        BpmnModelInstance diagram = process(key)
                .startEvent("requested")
                .serviceTask("wait")
                .camundaAsyncBefore()
                .camundaDelegateExpression("${waitLong}")
                .camundaInputParameter("text", key)
                .endEvent("done")
                .done();
        Process process = diagram.getModelElementById(key);
        ExtensionElements extensions = diagram.newInstance(ExtensionElements.class);
        process.setExtensionElements(extensions);
        CamundaProperties properties = extensions.addExtensionElement(CamundaProperties.class);
        property(diagram, properties, "whenCancelled", "waitLong");
        property(diagram, properties, "locks", "service:" + key);
        deploy(diagram);
        return start(key, Map.of());
    }

    private static void property(BpmnModelInstance diagram, CamundaProperties all, String name, String value) {
        CamundaProperty property = diagram.newInstance(CamundaProperty.class);
        property.setCamundaName(name);
        property.setCamundaValue(value);
        all.addChildElement(property);
    }

    private StepRun changed(ProcessInstance run, String kind) {
        StepRun open = stepJournal.open(new StepJournal.NewStepRun(
                run.getId(),
                run.getId(),
                UUID.randomUUID().toString(),
                "a",
                "A",
                "waitLong",
                "t",
                "dead server",
                "{}"));
        stepJournal.effect(open.id(), open.epoch(), kind, "t");
        return open;
    }

    private StepRun cleanUpOf(ProcessInstance run) {
        return journal.steps(run.getId()).stream()
                .filter(step -> step.activityId().equals("when-cancelled"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whoeverCancelsARunHasItCleanedUpByWhatAllOfItsStepsRecorded() {
        ProcessInstance run = changing(unique("cleaned"));
        StepRun first = changed(run, "stop");
        stepJournal.succeed(first.id(), first.epoch(), "{}");
        StepRun second = changed(run, "swap");
        reaper.round();
        runtime.deleteProcessInstance(run.getId(), "changed my mind");
        assertThat(cleanUpOf(run).state()).as("from the very moment").isEqualTo(StepRun.State.OPEN);

        reaper.round();
        reaper.round();
        assertThat(journal.step(second.id()).orElseThrow().state()).isEqualTo(StepRun.State.FAILED);
        StepRun cleaned = cleanUpOf(run);
        assertThat(cleaned.state()).isEqualTo(StepRun.State.SUCCEEDED);
        assertThat(cleaned.output().orElseThrow()).contains("It had: [stop, swap]", "\"running\": true");
        assertThat(cleaned.title()).isEqualTo("Clean up after the cancelled run");
        reaper.round();
        assertThat(TestSteps.runs("cleaned " + run.getId())).isOne();
        assertThat(chain.verify(run.getId()).problems()).isEmpty();
    }

    @Test
    void aRunThatHasChangedNothingOrReachedItsEndIsNotCleanedUp() {
        ProcessInstance run = changing(unique("untouched"));
        runtime.deleteProcessInstance(run.getId(), "changed my mind");
        assertThat(journal.steps(run.getId())).isEmpty();
    }

    @Test
    void noneOfItsStepsIsAtWorkWhenACancelledRunIsCleanedUp() {
        ProcessInstance run = changing(unique("still"));
        lives("living server");
        StepRun working = openOn("living server", run);
        runtime.deleteProcessInstance(run.getId(), "changed my mind");
        reaper.round();
        assertThat(TestSteps.runs("cleaned " + run.getId())).isZero();
        stepJournal.fail(working.id(), working.epoch(), new StepRun.Failure("FATAL", "Cancelled", "It was cancelled."));
        reaper.round();
        assertThat(cleanUpOf(run).state()).isEqualTo(StepRun.State.SUCCEEDED);
    }

    @Test
    void aTargetThatIsAwayIsTriedForAnHourAndThenSaid() {
        ProcessInstance run = changing(unique("away"));
        StepRun step = changed(run, "swap");
        stepJournal.succeed(step.id(), step.epoch(), "{}");
        TestSteps.away(run.getId());
        runtime.deleteProcessInstance(run.getId(), "changed my mind");
        reaper.round();
        reaper.round();
        assertThat(TestSteps.runs("cleaned " + run.getId())).isEqualTo(2);
        assertThat(cleanUpOf(run).state()).as("the run keeps its locks").isEqualTo(StepRun.State.OPEN);
        clock.turn(Duration.ofMinutes(61));
        reaper.round();
        StepRun given = cleanUpOf(run);
        assertThat(given.state()).isEqualTo(StepRun.State.FAILED);
        assertThat(given.failure().orElseThrow().message()).contains("tried for 60 minutes", "The host is away");
        reaper.round();
        assertThat(TestSteps.runs("cleaned " + run.getId())).isEqualTo(3);
    }

    /** Two of them at once would undo each other's work. */
    @Test
    void whatALivingServerCleansUpNobodyElseDoes() {
        ProcessInstance run = changing(unique("held"));
        StepRun step = changed(run, "swap");
        stepJournal.succeed(step.id(), step.epoch(), "{}");
        runtime.deleteProcessInstance(run.getId(), "changed my mind");
        lives("another server");
        StepRun theirs = stepJournal.reclaim(cleanUpOf(run), "another server");
        reaper.round();
        clock.turn(Duration.ofHours(5));
        reaper.round();
        assertThat(TestSteps.runs("cleaned " + run.getId())).isZero();
        stepJournal.release(theirs.id(), theirs.epoch());
        reaper.round();
        assertThat(cleanUpOf(run).state()).isEqualTo(StepRun.State.SUCCEEDED);
    }
}
