package io.muster.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** No two approvals of one run wait at the same time: they share the variable {@code approved}. */
class ParallelApprovalTest {

    private static final String START = "<startEvent id=\"asked\" name=\"Asked\"/>" + flow("asked", "fork");
    private static final String END = "<endEvent id=\"done\" name=\"Done\"/>";
    private static final String FORK = "<parallelGateway id=\"fork\"/>";
    private static final String JOIN = "<parallelGateway id=\"join\"/>";

    private static String flow(String from, String to) {
        return "<sequenceFlow id=\"" + from + "-" + to + "\" sourceRef=\"" + from + "\" targetRef=\"" + to + "\"/>";
    }

    private static String approval(String id, String inner) {
        return "<userTask id=\"" + id + "\" name=\"Approve it\" camunda:candidateGroups=\"approvers\""
                + " camunda:formRef=\"approve\" camunda:formRefBinding=\"deployment\">" + inner + "</userTask>";
    }

    private static List<String> approvalRule(String body) {
        return Lint.lint(new Sample().with("processes/both.bpmn", Sample.diagram("both", body))).stream()
                .filter(line -> line.startsWith("approval "))
                .toList();
    }

    @Test
    void twoBranchesWithAnApprovalEachAreRefused() {
        String body = START
                + FORK
                + flow("fork", "approve-a")
                + flow("fork", "approve-b")
                + approval("approve-a", "")
                + approval("approve-b", "")
                + flow("approve-a", "join")
                + flow("approve-b", "join")
                + JOIN
                + flow("join", "done")
                + END;

        assertThat(approvalRule(body))
                .containsExactly(
                        "approval fork: From here on, approvals wait at the same time (approve-a, approve-b), and the last"
                                + " answer would count for all. Let one follow the other, or put each into a runbook of its own"
                                + " that is called.");
    }

    @Test
    void oneThatTwoBranchesLeadToWithoutAJoinIsRefused() {
        String body = START + FORK + flow("fork", "left") + flow("fork", "approve-a")
                + "<manualTask id=\"left\" name=\"Look\"/>" + flow("left", "approve-a") + approval("approve-a", "")
                + flow("approve-a", "done") + END;

        assertThat(approvalRule(body)).singleElement().asString().startsWith("approval fork: ");
    }

    @Test
    void oneAfterTheJoinIsRight() {
        String body = START + FORK + flow("fork", "left") + flow("fork", "right")
                + "<manualTask id=\"left\" name=\"Look\"/>"
                + "<manualTask id=\"right\" name=\"Look\"/>" + flow("left", "join") + flow("right", "join") + JOIN
                + flow("join", "approve-a") + approval("approve-a", "") + flow("approve-a", "done") + END;

        assertThat(approvalRule(body)).isEmpty();
    }

    @Test
    void anApprovalWithManyInstancesIsRefused() {
        String body = "<startEvent id=\"asked\" name=\"Asked\"/>" + flow("asked", "approve-a")
                + approval("approve-a", "<multiInstanceLoopCharacteristics camunda:collection=\"hosts\"/>")
                + flow("approve-a", "done") + END;

        assertThat(approvalRule(body))
                .containsExactly(
                        "approval approve-a: Several instances of this approval would write one variable 'approved'. Take the"
                                + " multi-instance marker away, or put the approval into a runbook that is called.");
    }
}
