package io.muster.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.journal.Decision;
import io.muster.journal.StepJournal;
import io.muster.journal.StepRun;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.runtime.Job;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;
import org.camunda.bpm.model.bpmn.builder.AbstractFlowNodeBuilder;
import org.camunda.bpm.model.bpmn.builder.ServiceTaskBuilder;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** In every shape of a diagram: the step's end is in the journal, the engine's commit does not happen, the job comes again. */
class ShapesAfterCrashTest extends HttpTest {

    @Autowired
    StepJournal stepJournal;

    /** A step whose transaction is rolled back after its entry was closed, as long as the test says so. */
    private static ServiceTaskBuilder step(AbstractFlowNodeBuilder<?, ?> flow, String id, String text) {
        return flow.serviceTask(id)
                .camundaAsyncBefore()
                .camundaDelegateExpression("${sayOnce}")
                .camundaInputParameter("text", text)
                .camundaExecutionListenerClass("end", StepDelegateTest.Breaking.class);
    }

    private List<Job> jobs(String run) {
        return management.createJobQuery().rootProcessInstanceId(run).list();
    }

    /** Each job first loses its commit, then does it again. */
    private void crashAtEach(ProcessInstance run) {
        for (List<Job> now = jobs(run.getId()); !now.isEmpty(); now = jobs(run.getId())) {
            for (Job job : now) {
                StepDelegateTest.Breaking.whileTheCommitFails(
                        () -> assertThatThrownBy(() -> management.executeJob(job.getId()))
                                .hasMessageContaining("the commit did not happen"));
            }
            for (Job job : now) {
                management.executeJob(job.getId());
            }
        }
    }

    private void everythingOnce(ProcessInstance run, int steps, String... texts) {
        assertThat(ended(run)).isTrue();
        for (String text : texts) {
            assertThat(TestSteps.runs(text)).as(text).isOne();
        }
        List<StepRun> entries = journal.steps(run.getId());
        assertThat(entries).hasSize(steps).allSatisfy(entry -> {
            assertThat(entry.state()).isEqualTo(StepRun.State.SUCCEEDED);
            assertThat(entry.attempt()).isOne();
            assertThat(entry.acknowledged()).isTrue();
        });
    }

    @Test
    void parallelBranches() {
        String key = unique("parallel");
        AbstractFlowNodeBuilder<?, ?> flow = step(
                        process(key).startEvent().parallelGateway("both"), "left", key + "-left")
                .parallelGateway("joined");
        deploy(step(flow.moveToNode("both"), "right", key + "-right")
                .connectTo("joined")
                .endEvent()
                .done());
        ProcessInstance run = start(key);
        crashAtEach(run);
        everythingOnce(run, 2, key + "-left", key + "-right");
    }

    @Test
    void aLoopWhosePassesAreStepsOfTheirOwn() {
        String key = unique("loop");
        deploy(process(key)
                .startEvent()
                .serviceTask("pass")
                .camundaDelegateExpression("${sayOnce}")
                .camundaInputParameter("text", key + "-${loopCounter}")
                .camundaExecutionListenerClass("end", StepDelegateTest.Breaking.class)
                .multiInstance()
                .sequential()
                .camundaAsyncBefore()
                .cardinality("3")
                .multiInstanceDone()
                .endEvent()
                .done());
        ProcessInstance run = start(key);
        crashAtEach(run);
        everythingOnce(run, 3, key + "-0", key + "-1", key + "-2");
    }

    @Test
    void aFanOut() {
        String key = unique("fan-out");
        deploy(process(key)
                .startEvent()
                .serviceTask("each")
                .camundaDelegateExpression("${sayOnce}")
                .camundaInputParameter("text", "${name}")
                .camundaExecutionListenerClass("end", StepDelegateTest.Breaking.class)
                .multiInstance()
                .parallel()
                .camundaAsyncBefore()
                .camundaCollection("${names}")
                .camundaElementVariable("name")
                .multiInstanceDone()
                .endEvent()
                .done());
        ProcessInstance run = start(key, Map.of("names", List.of(key + "-a", key + "-b", key + "-c")));
        assertThat(jobs(run.getId())).hasSize(3);
        crashAtEach(run);
        everythingOnce(run, 3, key + "-a", key + "-b", key + "-c");
    }

    @Test
    void aCalledRunbookWhoseLastStepEndsTheCaller() {
        String called = unique("called");
        deploy(step(process(called).startEvent(), "do-it", called).endEvent().done());
        String key = unique("calling");
        deploy(process(key)
                .startEvent()
                .callActivity("call")
                .calledElement(called)
                .endEvent()
                .done());
        ProcessInstance run = start(key);
        String child = runtime.createProcessInstanceQuery()
                .superProcessInstanceId(run.getId())
                .singleResult()
                .getId();
        crashAtEach(run);
        everythingOnce(run, 0, called);
        assertThat(journal.steps(child)).singleElement().matches(StepRun::acknowledged);
    }

    @Test
    void aRetryFromCockpitAndAJobExecutedByHand() {
        String key = unique("retried");
        deploy(step(process(key).startEvent(), "do-it", key)
                .camundaInputParameter("ending", "fatal")
                .camundaInputParameter("failures", "1")
                .endEvent()
                .done());
        ProcessInstance run = start(key);
        failJob(run);
        String job = job(run).getId();
        assertThat(send("operator", "PUT", "/engine-rest/job/" + job + "/retries", Map.of("retries", 1))
                        .status())
                .isEqualTo(204);
        // It would also send messages and fire timers early, so nobody has the right; a retry does the same in order.
        for (String user : List.of("operator", "approver", "author", "auditor", "admin")) {
            assertThat(post(user, "/engine-rest/job/" + job + "/execute", Map.of())
                            .status())
                    .as(user)
                    .isEqualTo(403);
        }
        assertThat(steps(run)).hasSize(1);
        // What it does, by whoever embeds the engine: without a lock on the job.
        StepDelegateTest.Breaking.whileTheCommitFails(() -> failJob(run));
        assertThat(steps(run)).last().matches(entry -> entry.state() == StepRun.State.SUCCEEDED);
        runJob(run);
        assertThat(ended(run)).isTrue();
        assertThat(TestSteps.runs(key)).isEqualTo(2);
        assertThat(steps(run))
                .extracting(StepRun::state)
                .containsExactly(StepRun.State.FAILED, StepRun.State.SUCCEEDED);
    }

    @Test
    void aSuspendedInstanceGoesOnWhenItIsActivated() {
        String key = unique("suspended");
        deploy(step(process(key).startEvent(), "do-it", key).endEvent().done());
        ProcessInstance run = start(key);
        StepDelegateTest.Breaking.whileTheCommitFails(() -> failJob(run));
        runtime.suspendProcessInstanceById(run.getId());
        assertThat(steps(run)).singleElement().matches(entry -> !entry.acknowledged());
        runtime.activateProcessInstanceById(run.getId());
        runJob(run);
        everythingOnce(run, 1, key);
    }

    @Test
    void aMigratedInstanceKeepsItsJobAndSoItsEntry() {
        String key = unique("migrated");
        deploy(step(process(key).startEvent(), "do-it", key).endEvent().done());
        ProcessInstance run = start(key);
        StepDelegateTest.Breaking.whileTheCommitFails(() -> failJob(run));
        BpmnModelInstance changed = step(process(key).startEvent(), "do-it-otherwise", key + "-otherwise")
                .endEvent("ended")
                .done();
        deploy(changed);
        String target = repository
                .createProcessDefinitionQuery()
                .processDefinitionKey(key)
                .latestVersion()
                .singleResult()
                .getId();
        runtime.newMigration(runtime.createMigrationPlan(run.getProcessDefinitionId(), target)
                        .mapActivities("do-it", "do-it-otherwise")
                        .build())
                .processInstanceIds(run.getId())
                .execute();
        runJob(run);
        everythingOnce(run, 1, key);
        assertThat(TestSteps.runs(key + "-otherwise")).isZero();
    }

    @Test
    void aRejectionThatIsCaughtIsCaughtAgainAndTheStepIsNotRunAgain() {
        String key = unique("caught");
        deploy(catching(key, "CheckFailed"));
        ProcessInstance run = start(key);
        StepDelegateTest.Breaking.whileTheCommitFails(() -> failJob(run));
        assertThat(steps(run)).singleElement().matches(entry -> !entry.acknowledged());
        runJob(run);
        assertThat(journal.run(run.getId()).orElseThrow().outcome()).contains("not-done");
        assertThat(TestSteps.runs(key)).isOne();
        assertThat(steps(run)).singleElement().matches(StepRun::acknowledged);
    }

    @Test
    void aFailureThatNobodyWasToldOfIsADecisionAndNotRunAgain() {
        String key = unique("untold");
        deploy(step(process(key).startEvent(), "do-it", key).endEvent().done());
        ProcessInstance run = start(key);
        // The server died between closing the entry and the engine's transaction that records the failure.
        StepRun open = stepJournal.open(new StepJournal.NewStepRun(
                run.getId(), run.getId(), job(run).getId(), "do-it", "Do it", "sayOnce", key, "dead server", "{}"));
        stepJournal.fail(open.id(), open.epoch(), new StepRun.Failure("REJECTED", "NonZeroExit", "It ended with 3."));
        failJob(run);
        assertThat(TestSteps.runs(key)).isZero();
        assertThat(incident(run).getIncidentMessage()).isEqualTo("NonZeroExit: It ended with 3.");
        assertThat(task(run)).isNotNull();
        as("operator", () -> tasks.complete(task(run).getId(), Map.of("decision", "retry")));
        runJob(run);
        assertThat(TestSteps.runs(key)).isOne();
        assertThat(ended(run)).isTrue();
    }

    @Test
    void aRejectionThatWasADecisionIsRunAgainThoughSomethingCatchesItNow() {
        String key = unique("caught-later");
        deploy(catching(key, "NotFound"));
        ProcessInstance run = start(key);
        failJob(run);
        as("operator", () -> management.setJobRetries(job(run).getId(), 1));
        deploy(catching(key, "CheckFailed"));
        String target = repository
                .createProcessDefinitionQuery()
                .processDefinitionKey(key)
                .latestVersion()
                .singleResult()
                .getId();
        runtime.newMigration(runtime.createMigrationPlan(run.getProcessDefinitionId(), target)
                        .mapEqualActivities()
                        .build())
                .processInstanceIds(run.getId())
                .execute();
        runJob(run);
        assertThat(TestSteps.runs(key)).isEqualTo(2);
        assertThat(journal.run(run.getId()).orElseThrow().outcome()).contains("not-done");
    }

    private static BpmnModelInstance catching(String key, String code) {
        return process(key)
                .startEvent()
                .serviceTask("do-it")
                .camundaAsyncBefore()
                .camundaDelegateExpression("${sayOnce}")
                .camundaInputParameter("text", key)
                .camundaInputParameter("ending", "rejected")
                .endEvent("done")
                .moveToActivity("do-it")
                .boundaryEvent("failed")
                .error(code)
                .endEvent("not-done")
                .camundaExecutionListenerClass("start", StepDelegateTest.Breaking.class)
                .done();
    }

    @Test
    void anAbortThatIsCleanedUpIsDecidedOnce() {
        String key = unique("aborted");
        deploy(process(key)
                .startEvent()
                .serviceTask("do-it")
                .camundaAsyncBefore()
                .camundaDelegateExpression("${sayOnce}")
                .camundaInputParameter("text", key)
                .camundaInputParameter("ending", "fatal")
                .endEvent("done")
                .moveToActivity("do-it")
                .boundaryEvent("aborted")
                .error("Aborted")
                .endEvent("cleaned-up")
                .camundaExecutionListenerClass("start", StepDelegateTest.Breaking.class)
                .done());
        ProcessInstance run = start(key);
        failJob(run);
        as("operator", () -> tasks.complete(task(run).getId(), Map.of("decision", "abort", "reason", "no more")));
        StepDelegateTest.Breaking.whileTheCommitFails(() -> failJob(run));
        runJob(run);
        assertThat(journal.run(run.getId()).orElseThrow().outcome()).contains("cleaned-up");
        assertThat(TestSteps.runs(key)).isOne();
        assertThat(journal.decisions(run.getId())).isNotEmpty().noneMatch(Decision::open);
    }

    @Test
    void aSkipIsRecordedOnce() {
        String key = unique("skipped");
        deploy(DecidingTest.with(
                Map.of("skippable", "true"),
                DecidingTest.failing(key, 9)
                        .camundaExecutionListenerClass("end", StepDelegateTest.Breaking.class)
                        .endEvent()
                        .done()));
        ProcessInstance run = start(key);
        failJob(run);
        as("operator", () -> tasks.complete(task(run).getId(), Map.of("decision", "skip", "reason", "not needed")));
        StepDelegateTest.Breaking.whileTheCommitFails(() -> failJob(run));
        runJob(run);
        assertThat(ended(run)).isTrue();
        assertThat(steps(run)).extracting(StepRun::state).containsExactly(StepRun.State.FAILED, StepRun.State.SKIPPED);
        assertThat(journal.decisions(run.getId()))
                .noneMatch(Decision::open)
                .first()
                .matches(decision -> decision.taken().orElseThrow().choice() == Decision.Choice.SKIP);
    }
}
