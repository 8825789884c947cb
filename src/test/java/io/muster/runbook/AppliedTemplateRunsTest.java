package io.muster.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.muster.step.InputBinder;
import io.muster.step.StepDescriptor;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.camunda.bpm.engine.ManagementService;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.camunda.bpm.engine.impl.persistence.entity.ExecutionEntity;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.model.bpmn.instance.camunda.CamundaInputParameter;
import org.junit.jupiter.api.Test;

/** From a template, through Modeler's XML, linter and deployer, to a step that ran. */
class AppliedTemplateRunsTest {

    @Test
    void aTaskMadeWithATemplateRunsItsStep() throws IOException {
        StepDescriptor hello = TestSteps.catalogue().step("sayHello").orElseThrow();
        Greeter greeter = new Greeter(hello);
        try (TestEngine server = new TestEngine(Map.of("sayHello", greeter))) {
            server.deployer()
                    .deploy(new Sample()
                            .with("processes/applied.bpmn", Sample.diagram("applied", body(hello)))
                            .files());
            ProcessInstance run =
                    server.engine().getRuntimeService().startProcessInstanceByKey("applied", Map.of("who", "Ada"));

            ManagementService management = server.engine().getManagementService();
            assertThat(greeter.bound).isNull();
            management.executeJob(management
                    .createJobQuery()
                    .processInstanceId(run.getId())
                    .singleResult()
                    .getId());

            assertThat(greeter.bound).isEqualTo(new TestSteps.Greeting("Ada"));
            assertThat(server.engine()
                            .getRuntimeService()
                            .createProcessInstanceQuery()
                            .count())
                    .isZero();
        }
    }

    private static String body(StepDescriptor step) throws IOException {
        String template = new ObjectMapper().writeValueAsString(ElementTemplate.of(step, 1));
        return TemplatesTest.around(
                AppliedTemplate.task(new ObjectMapper().readTree(template), "do-it", Map.of("name", "${who}")));
    }

    /** Binds as the engine's delegate does. */
    private static final class Greeter implements JavaDelegate {
        private final StepDescriptor step;
        private Record bound;

        Greeter(StepDescriptor step) {
            this.step = step;
        }

        @Override
        public void execute(DelegateExecution execution) {
            Map<String, Object> given = new HashMap<>();
            ((ExecutionEntity) execution)
                    .getBpmnModelElementInstance()
                    .getModelInstance()
                    .getModelElementsByType(CamundaInputParameter.class)
                    .forEach(parameter -> given.put(
                            parameter.getCamundaName(), execution.getVariableLocal(parameter.getCamundaName())));
            bound = new InputBinder()
                    .bind(step, execution.getCurrentActivityId(), given)
                    .input();
        }
    }
}
