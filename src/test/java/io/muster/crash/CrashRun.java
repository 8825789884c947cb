package io.muster.crash;

import java.util.List;
import org.camunda.bpm.model.bpmn.Bpmn;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;
import org.camunda.bpm.model.bpmn.builder.AbstractFlowNodeBuilder;

/** The run that is killed: a step, two in parallel, one more; each adds a line on the target and prints a thousand. */
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
                effects);
        flow = step(flow.parallelGateway("both"), "left", effects).parallelGateway("joined");
        flow = step(flow.moveToNode("both"), "right", effects).connectTo("joined");
        return step(flow, "last", effects).endEvent("done").done();
    }

    private static AbstractFlowNodeBuilder<?, ?> step(AbstractFlowNodeBuilder<?, ?> flow, String id, String effects) {
        return flow.serviceTask(id)
                .camundaDelegateExpression("${sshCommand}")
                .camundaAsyncBefore()
                .camundaExclusive(false)
                .camundaInputParameter("host", "target")
                .camundaInputParameter(
                        "command", "echo ${run} " + id + " >>" + effects + "; seq 1 500; sleep 0.2; seq 501 " + LINES);
    }
}
