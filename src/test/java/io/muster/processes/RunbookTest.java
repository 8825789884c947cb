package io.muster.processes;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.journal.JournalReader.RunRow;
import io.muster.journal.RunJournal.EndState;
import io.muster.processes.ScriptedSteps.Call;
import io.muster.step.StepFailure;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.camunda.bpm.engine.history.HistoricActivityInstance;
import org.camunda.bpm.engine.history.HistoricVariableInstance;
import org.camunda.bpm.engine.runtime.Incident;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.engine.test.assertions.bpmn.BpmnAwareTests;
import org.camunda.bpm.engine.test.assertions.bpmn.ProcessInstanceAssert;
import org.camunda.bpm.model.bpmn.instance.FlowNode;

/** What the tests of all runbooks ask a run. */
abstract class RunbookTest extends ProcessTest {

    /** What is wrong where it went wrong, also when that is in a called runbook. */
    Incident problem(ProcessInstance run) {
        Incident seen = incident(run);
        return runtime.createIncidentQuery()
                .incidentId(seen.getRootCauseIncidentId())
                .singleResult();
    }

    /** The run of the runbook that it called and waits for. */
    ProcessInstance called(ProcessInstance run) {
        return runtime.createProcessInstanceQuery()
                .superProcessInstanceId(run.getId())
                .singleResult();
    }

    /** Every flow node of a runbook was passed by a run of this test's engine. */
    void assertAllPassed(String runbook) {
        assertAllPassedBut(runbook, Set.of());
    }

    void assertAllPassedBut(String runbook, Set<String> others) {
        String definition = repository
                .createProcessDefinitionQuery()
                .processDefinitionKey(runbook)
                .latestVersion()
                .singleResult()
                .getId();
        Set<String> nodes = repository.getBpmnModelInstance(definition).getModelElementsByType(FlowNode.class).stream()
                .map(FlowNode::getId)
                .filter(id -> !others.contains(id))
                .collect(Collectors.toSet());
        Set<String> passed =
                history.createHistoricActivityInstanceQuery().processDefinitionId(definition).finished().list().stream()
                        .map(HistoricActivityInstance::getActivityId)
                        .collect(Collectors.toSet());
        assertThat(nodes).isNotEmpty();
        assertThat(passed).containsAll(nodes);
    }

    static ProcessInstanceAssert assertRun(ProcessInstance run) {
        return BpmnAwareTests.assertThat(run);
    }

    void assertEnded(ProcessInstance run, String endEvent, EndState state) {
        assertRun(run).isEnded().hasPassed(endEvent);
        RunRow row = journal.run(run.getId()).orElseThrow();
        assertThat(row.outcome()).contains(endEvent);
        assertThat(row.endState()).contains(state);
    }

    List<String> called() {
        return steps.calls().stream().map(Call::activity).toList();
    }

    List<String> changed() {
        return steps.calls().stream().filter(Call::changes).map(Call::activity).toList();
    }

    <T extends Record> T input(String activity, Class<T> type) {
        return steps.calls().stream()
                .filter(call -> call.activity().equals(activity))
                .map(call -> type.cast(call.input()))
                .reduce((first, last) -> last)
                .orElseThrow(() -> new AssertionError(activity + " was not called"));
    }

    Object variable(ProcessInstance run, String name) {
        HistoricVariableInstance variable = history.createHistoricVariableInstanceQuery()
                .processInstanceId(run.getId())
                .executionIdIn(run.getId())
                .variableName(name)
                .singleResult();
        return variable == null ? null : variable.getValue();
    }

    static StepFailure.Rejected rejected(String reason) {
        return new StepFailure.Rejected(reason, reason + " is why. Mend it.");
    }

    static StepFailure.Fatal fatal() {
        return new StepFailure.Fatal("TaskFailed", "It broke. Mend it.");
    }
}
