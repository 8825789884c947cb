package io.muster.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.journal.Decision;
import io.muster.journal.RunJournal.EndState;
import io.muster.journal.StepRun;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.camunda.bpm.engine.impl.persistence.entity.JobEntity;
import org.camunda.bpm.engine.runtime.Job;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;
import org.camunda.bpm.model.bpmn.impl.BpmnModelConstants;
import org.camunda.bpm.model.bpmn.instance.MultiInstanceLoopCharacteristics;
import org.junit.jupiter.api.Test;

/** Failed steps inside called runbooks, and in one branch of a fan-out. */
class FailedStepShapesTest extends DecidingTest {

    @Test
    void insideACalledRunbook() {
        String called = unique("called");
        deploy(failing(called, 1).endEvent("said").done());
        String key = unique("calling");
        deploy(process(key)
                .startEvent()
                .callActivity("call-it")
                .calledElement(called)
                .endEvent("done")
                .done());
        ProcessInstance run = start(key);
        ProcessInstance child = runtime.createProcessInstanceQuery()
                .superProcessInstanceId(run.getId())
                .singleResult();
        failJob(child);
        assertThat(incident(run)).isNotNull();
        decide(child, "operator", Map.of("decision", "retry"));
        assertThat(incident(run)).isNull();
        runJob(child);
        assertThat(ended(run)).isTrue();
        isAsRecorded(run);
    }

    @Test
    void anAbortInACalledRunbookIsCleanedUpByItsCaller() {
        String called = unique("called");
        deploy(failing(called, 9).endEvent("said").done());
        String key = unique("calling");
        deploy(process(key)
                .startEvent()
                .callActivity("call-it")
                .calledElement(called)
                .boundaryEvent("aborted")
                .error("Aborted")
                .userTask("look")
                .endEvent("looked")
                .moveToActivity("call-it")
                .endEvent("done")
                .done());
        ProcessInstance run = start(key);
        ProcessInstance child = runtime.createProcessInstanceQuery()
                .superProcessInstanceId(run.getId())
                .singleResult();
        failJob(child);
        decide(child, "operator", Map.of("decision", "abort", "reason", "never mind"));
        runJob(child);
        assertThat(task(run).getTaskDefinitionKey()).isEqualTo("look");
        assertThat(journal.run(child.getId()).orElseThrow().endState()).contains(EndState.ABORTED);
        tasks.complete(task(run).getId());
        assertThat(journal.run(run.getId()).orElseThrow().endState()).contains(EndState.ABORTED);
        isAsRecorded(run);
    }

    @Test
    void eachBranchOfAFanOutIsDecidedByItself() {
        String key = unique("fan-out");
        deploy(process(key)
                .startEvent()
                .serviceTask("say-it")
                .camundaDelegateExpression("${sayAgain}")
                .camundaInputParameter("text", "${name}")
                .camundaInputParameter("ending", "fatal")
                .camundaInputParameter("failures", "1")
                .multiInstance()
                .parallel()
                .camundaAsyncBefore()
                .camundaCollection("${names}")
                .camundaElementVariable("name")
                .multiInstanceDone()
                .endEvent("said")
                .done());
        ProcessInstance run = start(key, Map.of("names", List.of(key + "-a", key + "-b")));
        List<Job> jobs =
                management.createJobQuery().processInstanceId(run.getId()).list();
        assertThat(jobs).hasSize(2);
        jobs.forEach(job -> assertThatThrownBy(() -> management.executeJob(job.getId())));
        List<Decision> open = journal.decisions(run.getId());
        assertThat(open)
                .extracting(Decision::jobId)
                .containsExactlyInAnyOrder(jobs.get(0).getId(), jobs.get(1).getId());

        as("operator", () -> tasks.complete(open.get(0).taskId(), Map.of("decision", "retry")));
        management.executeJob(open.get(0).jobId());
        assertThat(tasks.createTaskQuery()
                        .processInstanceId(run.getId())
                        .singleResult()
                        .getId())
                .isEqualTo(open.get(1).taskId());
        as("operator", () -> tasks.complete(open.get(1).taskId(), Map.of("decision", "retry")));
        management.executeJob(open.get(1).jobId());
        assertThat(ended(run)).isTrue();
        isAsRecorded(run);
    }

    /** They change the one row in which all are counted: side by side they would collide, and be tried again for minutes. */
    @Test
    void theBranchesOfAFanOutRunSideBySideAndAreCountedOneAfterTheOther() {
        String key = unique("counted");
        BpmnModelInstance diagram = process(key)
                .startEvent()
                .serviceTask("say-it")
                .camundaDelegateExpression("${sayAgain}")
                .camundaInputParameter("text", "${name}")
                .camundaInputParameter("failures", "0")
                .multiInstance()
                .parallel()
                .camundaAsyncBefore()
                .camundaAsyncAfter()
                .camundaCollection("${names}")
                .camundaElementVariable("name")
                .multiInstanceDone()
                .endEvent("said")
                .done();
        diagram.getModelElementsByType(MultiInstanceLoopCharacteristics.class)
                .forEach(loop -> loop.setAttributeValueNs(BpmnModelConstants.CAMUNDA_NS, "exclusive", "false"));
        deploy(diagram);
        ProcessInstance run = start(key, Map.of("names", List.of(key + "-a", key + "-b")));
        assertThat(exclusive(run)).containsExactly(false, false);
        management
                .createJobQuery()
                .processInstanceId(run.getId())
                .list()
                .forEach(job -> management.executeJob(job.getId()));
        assertThat(exclusive(run)).containsExactly(true, true);
        management
                .createJobQuery()
                .processInstanceId(run.getId())
                .list()
                .forEach(job -> management.executeJob(job.getId()));
        assertThat(ended(run)).isTrue();
        isAsRecorded(run);
    }

    private List<Boolean> exclusive(ProcessInstance run) {
        return management.createJobQuery().processInstanceId(run.getId()).list().stream()
                .map(job -> ((JobEntity) job).isExclusive())
                .toList();
    }

    private void taken(Decision decision, Map<String, Object> answer) {
        as("operator", () -> tasks.complete(decision.taskId(), answer));
    }

    private void retriedFromCockpit(Decision decision) {
        as("operator", () -> management.setJobRetries(decision.jobId(), 1));
        assertThat(tasks.createTaskQuery().taskId(decision.taskId()).count()).isZero();
    }

    /** A branch that is decided leaves the others and their incidents alone. */
    @Test
    void branchesOfAFanOutAreChangedSkippedAndRetriedFromCockpitEachByItself() {
        String key = unique("fan-out");
        deploy(with(
                Map.of("skippable", "true"),
                process(key)
                        .startEvent()
                        .serviceTask("say-it")
                        .camundaDelegateExpression("${sayAgain}")
                        .camundaInputParameter("text", "${name}")
                        .camundaInputParameter("ending", "fatal")
                        .camundaInputParameter("failures", "1")
                        .multiInstance()
                        .parallel()
                        .camundaAsyncBefore()
                        .camundaCollection("${names}")
                        .camundaElementVariable("name")
                        .multiInstanceDone()
                        .endEvent("said")
                        .done()));
        ProcessInstance run = start(key, Map.of("names", List.of(key + "-a", key + "-b", key + "-c")));
        management
                .createJobQuery()
                .processInstanceId(run.getId())
                .list()
                .forEach(job -> assertThatThrownBy(() -> management.executeJob(job.getId())));
        List<Decision> open = journal.decisions(run.getId());

        taken(
                open.get(0),
                Map.of(
                        "decision",
                        "retry",
                        "reason",
                        "try",
                        "input",
                        "{\"text\":\"" + key + "-changed\"," + "\"ending\":\"done\"}"));
        taken(open.get(1), Map.of("decision", "skip", "reason", "not needed there"));
        assertThat(runtime.createIncidentQuery().processInstanceId(run.getId()).count())
                .isOne();
        retriedFromCockpit(open.get(2));
        open.forEach(decision -> management.executeJob(decision.jobId()));

        assertThat(ended(run)).isTrue();
        assertThat(TestSteps.runs(key + "-changed")).isOne();
        assertThat(steps(run).stream().filter(entry -> entry.attempt() == 2).toList())
                .hasSize(3)
                .allMatch(StepRun::acknowledged)
                .extracting(entry -> entry.jobId() + " " + entry.state())
                .containsExactlyInAnyOrder(
                        open.get(0).jobId() + " SUCCEEDED",
                        open.get(1).jobId() + " SKIPPED",
                        open.get(2).jobId() + " SUCCEEDED");
        assertThat(journal.decisions(run.getId())).hasSize(3).noneMatch(Decision::open);
        isAsRecorded(run);
    }

    @Test
    void insideACalledRunbookChangedSkippedOrRetriedFromCockpit() {
        String called = unique("called");
        deploy(with(
                Map.of("skippable", "true"),
                process(called)
                        .startEvent()
                        .serviceTask("say-it")
                        .camundaAsyncBefore()
                        .camundaDelegateExpression("${sayAgain}")
                        .camundaInputParameter("text", "${text}")
                        .camundaInputParameter("ending", "fatal")
                        .camundaInputParameter("failures", "1")
                        .endEvent("said")
                        .done()));
        String key = unique("calling");
        deploy(process(key)
                .startEvent()
                .callActivity("call-it")
                .calledElement(called)
                .camundaIn("text", "text")
                .endEvent("done")
                .done());
        List<Consumer<Decision>> ways = List.of(
                decision ->
                        taken(decision, Map.of("decision", "retry", "reason", "try", "input", "{\"ending\":\"done\"}")),
                decision -> taken(decision, Map.of("decision", "skip", "reason", "done by hand")),
                this::retriedFromCockpit);
        for (Consumer<Decision> way : ways) {
            ProcessInstance run = start(key, Map.of("text", key + ways.indexOf(way)));
            ProcessInstance child = runtime.createProcessInstanceQuery()
                    .superProcessInstanceId(run.getId())
                    .singleResult();
            failJob(child);
            way.accept(decision(child));
            assertThat(incident(run)).isNull();
            assertThat(tasks.createTaskQuery()
                            .processInstanceIdIn(run.getId(), child.getId())
                            .count())
                    .isZero();
            runJob(child);
            assertThat(ended(run)).isTrue();
            assertThat(journal.decisions(child.getId())).singleElement().matches(decision -> !decision.open());
            isAsRecorded(run);
        }
    }
}
