package io.muster.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.inventory.Inventories;
import io.muster.journal.JournalReader.RunRow;
import io.muster.journal.RunJournal.EndState;
import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.model.bpmn.Bpmn;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;
import org.camunda.bpm.model.bpmn.instance.EndEvent;
import org.camunda.bpm.model.bpmn.instance.ExtensionElements;
import org.camunda.bpm.model.bpmn.instance.Process;
import org.camunda.bpm.model.bpmn.instance.StartEvent;
import org.camunda.bpm.model.bpmn.instance.TerminateEventDefinition;
import org.camunda.bpm.model.bpmn.instance.camunda.CamundaProperties;
import org.camunda.bpm.model.bpmn.instance.camunda.CamundaProperty;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

class RunTest extends EngineTest {

    private static final Map<String, Object> GOOD =
            Map.of("environment", "prod", "service", "notes", "version", "1.2.0", "reason", "a new release");

    @Autowired
    Inventories inventories;

    static BpmnModelInstance withStartVariables(BpmnModelInstance model, String names) {
        Process process = model.getModelElementsByType(Process.class).iterator().next();
        ExtensionElements extensions = model.newInstance(ExtensionElements.class);
        process.setExtensionElements(extensions);
        CamundaProperty property = model.newInstance(CamundaProperty.class);
        property.setCamundaName("startVariables");
        property.setCamundaValue(names);
        CamundaProperties properties = model.newInstance(CamundaProperties.class);
        properties.addChildElement(property);
        extensions.addChildElement(properties);
        return model;
    }

    private String deployChecked() {
        String key = unique("checked");
        deploy(withStartVariables(
                process(key)
                        .startEvent()
                        .serviceTask("say-it")
                        .camundaAsyncBefore()
                        .camundaDelegateExpression("${sayAgain}")
                        .camundaInputParameter("text", key)
                        .camundaOutputParameter("digest", "${said}")
                        .endEvent("deployed")
                        .done(),
                "environment, service, version, reason"));
        return key;
    }

    private RunRow row(ProcessInstance run) {
        return journal.run(run.getId()).orElseThrow();
    }

    @Test
    void aRunIsWrittenWithWhoStartedItWhatForAndFromWhichDiagram() throws Exception {
        String key = deployChecked();
        ProcessInstance run = as("operator", () -> start(key, GOOD));
        RunRow row = row(run);
        assertThat(row.run().startedBy()).contains("operator");
        assertThat(row.run().rootId()).isEqualTo(run.getId());
        assertThat(row.run().parentId()).isEmpty();
        assertThat(row.run().runbook()).isEqualTo(key);
        assertThat(row.run().version()).isOne();
        assertThat(row.run().environment()).contains("prod");
        assertThat(row.run().service()).contains("notes");
        assertThat(row.run().targetVersion()).contains("1.2.0");
        assertThat(row.run().reason()).contains("a new release");
        assertThat(row.run().diagramHash()).isEqualTo(hash(run.getProcessDefinitionId()));
        assertThat(row.endedAt()).isEmpty();
        assertThat(inventories.pinned(run.getId()).environments()).containsKey("prod");
        runJob(run);
        assertThat(row(run).outcome()).contains("deployed");
        assertThat(row(run).endState()).contains(EndState.COMPLETED);
    }

    private String hash(String definitionId) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        repository.getProcessModel(definitionId).transferTo(bytes);
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray()));
    }

    @Test
    void whoStartedARunIsNotWhatAVariableSays() {
        String key = unique("forged");
        BpmnModelInstance model =
                process(key).startEvent().userTask("look").endEvent().done();
        model.getModelElementsByType(StartEvent.class).iterator().next().setCamundaInitiator("starter");
        deploy(model);
        ProcessInstance run = as("operator", () -> start(key, Map.of("starter", "approver", "initiator", "approver")));
        assertThat(row(run).run().startedBy()).contains("operator");
    }

    @Test
    void everythingThatIsWrongAtStartIsToldAtOnceAndNothingIsCreated() {
        String key = deployChecked();
        assertThatThrownBy(() -> as(
                        "operator",
                        () -> start(
                                key,
                                Map.of(
                                        "environment",
                                        "prdo",
                                        "version",
                                        " ",
                                        "reason",
                                        " ",
                                        "digest",
                                        "forged",
                                        "approved",
                                        true))))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("'environment' is 'prdo'")
                .hasMessageContaining("Allowed: lab, prod.")
                .hasMessageContaining("'service' is missing")
                .hasMessageContaining("'version' is missing")
                .hasMessageContaining("'reason' is missing")
                .hasMessageContaining("'digest' may not be given")
                .hasMessageContaining("'approved' may not be given");
        assertThat(runtime.createProcessInstanceQuery()
                        .processDefinitionKey(key)
                        .count())
                .isZero();
        assertThat(history.createHistoricProcessInstanceQuery()
                        .processDefinitionKey(key)
                        .count())
                .isZero();
    }

    @Test
    void anUnknownServiceIsRefusedWithThoseThatAreThere() {
        String key = deployChecked();
        assertThatThrownBy(() -> start(
                        key, Map.of("environment", "prod", "service", "nots", "version", "1", "reason", "because")))
                .hasMessageContaining("'service' is 'nots'")
                .hasMessageContaining("Allowed: notes, trial, wiki.");
        assertThatThrownBy(() -> start(
                        key, Map.of("environment", "lab", "service", "notes", "version", "1", "reason", "because")))
                .hasMessageContaining("environment 'lab' does not have");
    }

    @Test
    void aStartVariableOfAnotherTypeIsRefusedWithoutBeingRead() {
        String key = deployChecked();
        Map<String, Object> wrong = new java.util.HashMap<>(GOOD);
        wrong.put("version", 7);
        wrong.put(
                "service",
                org.camunda.bpm.engine.variable.Variables.serializedObjectValue("{}")
                        .objectTypeName("java.net.URL")
                        .serializationDataFormat("application/json")
                        .create());
        assertThatThrownBy(() -> start(key, wrong))
                .hasMessageContaining("'version' is a Integer")
                .hasMessageContaining("'service' is a ObjectValueImpl");
    }

    @Test
    void otherVariablesAreAllowed() {
        String key = deployChecked();
        Map<String, Object> more = new java.util.HashMap<>(GOOD);
        more.put("ticket", "OPS-7");
        assertThat(row(start(key, more)).run().startedBy()).isEmpty();
    }

    @Test
    void endEventsTellTheOutcomeByTheirNames() {
        assertOutcome("deployment-rejected", EndState.REJECTED);
        assertOutcome("deployment-refused", EndState.REJECTED);
        assertOutcome("deployment-aborted", EndState.ABORTED);
        assertOutcome("deployment-done", EndState.COMPLETED);
    }

    private void assertOutcome(String end, EndState state) {
        String key = unique("outcome");
        deploy(process(key).startEvent().userTask("look").endEvent(end).done());
        ProcessInstance run = start(key);
        tasks.complete(task(run).getId());
        assertThat(row(run).outcome()).contains(end);
        assertThat(row(run).endState()).contains(state);
    }

    @Test
    void aTerminateEndEventTellsTheOutcomeToo() {
        String key = unique("terminate");
        BpmnModelInstance model = process(key)
                .startEvent()
                .parallelGateway("fork")
                .userTask("wait")
                .endEvent("waited")
                .moveToNode("fork")
                .userTask("stop")
                .endEvent("run-aborted")
                .done();
        EndEvent end = model.getModelElementById("run-aborted");
        end.getEventDefinitions().add(model.newInstance(TerminateEventDefinition.class));
        deploy(model);
        ProcessInstance run = start(key);
        tasks.complete(tasks.createTaskQuery()
                .processInstanceId(run.getId())
                .taskDefinitionKey("stop")
                .singleResult()
                .getId());
        assertThat(ended(run)).isTrue();
        assertThat(row(run).outcome()).contains("run-aborted");
        assertThat(row(run).endState()).contains(EndState.ABORTED);
    }

    @Test
    void aCancelledRunIsAbortedWhateverIsSkipped() {
        String key = unique("cancelled");
        deploy(process(key).startEvent().userTask("look").endEvent("looked").done());
        ProcessInstance run = start(key);
        runtime.deleteProcessInstance(run.getId(), "not needed", true, true, true, true);
        assertThat(row(run).endState()).contains(EndState.ABORTED);
        assertThat(row(run).outcome()).isEmpty();
    }

    @Test
    void aCalledRunbookIsARunOfItsOwnStartedByWhoStartedTheRoot() {
        String called = unique("called");
        deploy(process(called).startEvent().userTask("look").endEvent("looked").done());
        String key = unique("calling");
        deploy(process(key)
                .startEvent()
                .userTask("first")
                .callActivity("call")
                .calledElement(called)
                .camundaIn("environment", "environment")
                .endEvent("done")
                .done());
        ProcessInstance run = as("operator", () -> start(key, Map.of("environment", "prod")));
        as("operator2", () -> tasks.complete(taskUnguarded(run)));
        RunRow child = journal.children(run.getId()).get(0);
        assertThat(child.run().rootId()).isEqualTo(run.getId());
        assertThat(child.run().parentId()).contains(run.getId());
        assertThat(child.run().startedBy()).contains("operator");
        assertThat(child.run().environment()).contains("prod");
        // Cancelling the root cancels what it called.
        runtime.deleteProcessInstance(run.getId(), "enough");
        assertThat(journal.run(child.run().id()).orElseThrow().endState()).contains(EndState.ABORTED);
    }

    private String taskUnguarded(ProcessInstance run) {
        var current = identity.getCurrentAuthentication();
        identity.clearAuthentication();
        try {
            String id = task(run).getId();
            tasks.setAssignee(id, current.getUserId());
            return id;
        } finally {
            identity.setAuthentication(current.getUserId(), current.getGroupIds());
        }
    }

    @Test
    void aStartThatIsAJobStillKnowsItsStarter() {
        String key = unique("asyncstart");
        deploy(process(key)
                .startEvent()
                .camundaAsyncBefore()
                .userTask("look")
                .endEvent()
                .done());
        ProcessInstance run = as("operator", () -> start(key));
        runJob(run);
        assertThat(row(run).run().startedBy()).contains("operator");
    }

    @Test
    void diagramsAreHashedAsDeployed() throws Exception {
        String key = unique("bytes");
        BpmnModelInstance model =
                process(key).startEvent().userTask("look").endEvent().done();
        byte[] bytes = (Bpmn.convertToString(model) + "\n<!-- as the author left it -->\n").getBytes();
        repository
                .createDeployment()
                .addInputStream(key + ".bpmn", new java.io.ByteArrayInputStream(bytes))
                .deploy();
        assertThat(row(start(key)).run().diagramHash())
                .isEqualTo(HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
    }
}
