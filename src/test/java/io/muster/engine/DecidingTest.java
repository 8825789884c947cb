package io.muster.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.journal.AuditChain;
import io.muster.journal.Decision;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;
import org.camunda.bpm.model.bpmn.builder.ServiceTaskBuilder;
import org.camunda.bpm.model.bpmn.instance.ServiceTask;
import org.camunda.bpm.model.bpmn.instance.camunda.CamundaProperties;
import org.camunda.bpm.model.bpmn.instance.camunda.CamundaProperty;
import org.camunda.bpm.model.xml.instance.ModelElementInstance;
import org.springframework.beans.factory.annotation.Autowired;

/** A test in which steps fail and somebody decides. */
abstract class DecidingTest extends EngineTest {

    @Autowired
    AuditChain chain;

    static ServiceTaskBuilder failing(String key, int failures) {
        return process(key)
                .startEvent()
                .serviceTask("say-it")
                .name("Say it")
                .camundaAsyncBefore()
                .camundaDelegateExpression("${sayAgain}")
                .camundaInputParameter("text", key)
                .camundaInputParameter("ending", "fatal")
                .camundaInputParameter("failures", Integer.toString(failures));
    }

    ProcessInstance failed(ServiceTaskBuilder task, String key) {
        deploy(task.endEvent("said").done());
        ProcessInstance run = start(key);
        failJob(run);
        return run;
    }

    void decide(ProcessInstance run, String user, Map<String, Object> answer) {
        as(user, () -> tasks.complete(task(run).getId(), answer));
    }

    Decision decision(ProcessInstance run) {
        List<Decision> decisions = journal.decisions(run.getId());
        return decisions.get(decisions.size() - 1);
    }

    void isAsRecorded(ProcessInstance run) {
        assertThat(chain.verify(run.getId()).problems()).isEmpty();
    }

    /** With extension properties on the step. */
    static BpmnModelInstance with(Map<String, String> values, BpmnModelInstance model) {
        ModelElementInstance step = model.getModelElementById("say-it");
        CamundaProperties properties =
                ((ServiceTask) step).getExtensionElements().addExtensionElement(CamundaProperties.class);
        values.forEach((name, value) -> {
            CamundaProperty property = model.newInstance(CamundaProperty.class);
            property.setCamundaName(name);
            property.setCamundaValue(value);
            properties.addChildElement(property);
        });
        return model;
    }
}
