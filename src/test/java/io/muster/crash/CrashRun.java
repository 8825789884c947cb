package io.muster.crash;

import io.muster.step.Reason;
import java.util.List;
import org.camunda.bpm.model.bpmn.Bpmn;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;
import org.camunda.bpm.model.bpmn.builder.AbstractFlowNodeBuilder;
import org.camunda.bpm.model.bpmn.builder.ServiceTaskBuilder;

/**
 * The run that is killed: a step, two in parallel, of which one fails with an error that the diagram catches, one more; each
 * adds a line on the target and prints a thousand.
 */
final class CrashRun {

    static final List<String> STEPS = List.of("first", "left", "right", "last");
    static final int LINES = 1000;

    private CrashRun() {}

    static BpmnModelInstance model(String effects) {
        AbstractFlowNodeBuilder<?, ?> flow = step(
                Bpmn.createExecutableProcess("crash")
                        .camundaHistoryTimeToLive(null)
                        .startEvent("requested"),
                "first",
                effects,
                "");
        flow = step(flow.parallelGateway("both"), "left", effects, "").parallelGateway("joined");
        ServiceTaskBuilder right = step(flow.moveToNode("both"), "right", effects, "; exit 3");
        flow = right.endEvent("not-caught")
                .moveToActivity("right")
                .boundaryEvent("failed")
                .error(Reason.NON_ZERO_EXIT)
                .connectTo("joined");
        return step(flow, "last", effects, "").endEvent("done").done();
    }

    private static ServiceTaskBuilder step(AbstractFlowNodeBuilder<?, ?> flow, String id, String effects, String end) {
        return flow.serviceTask(id)
                .camundaDelegateExpression("${sshCommand}")
                .camundaAsyncBefore()
                .camundaExclusive(false)
                .camundaInputParameter("host", "target")
                .camundaInputParameter(
                        "command",
                        "echo ${run} " + id + " >>" + effects + "; seq 1 500; sleep 0.2; seq 501 " + LINES + end);
    }
}
