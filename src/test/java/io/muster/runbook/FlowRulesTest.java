package io.muster.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Where a token goes, by which condition, and what of it is drawn. */
class FlowRulesTest {

    private static final String CONDITION =
            "<conditionExpression xsi:type=\"tFormalExpression\">${approved}</conditionExpression>";
    private static final String F6 = "<sequenceFlow id=\"f6\" sourceRef=\"is-approved\" targetRef=\"rejected\"/>";
    private static final String F6_IF = "<sequenceFlow id=\"f6\" sourceRef=\"is-approved\" targetRef=\"rejected\">"
            + "<conditionExpression xsi:type=\"tFormalExpression\">%s</conditionExpression></sequenceFlow>";

    @Test
    void everyElementIsReachedFromAStart() {
        assertThat(Lint.replacing(
                        "<sequenceFlow id=\"f7\" sourceRef=\"pull-image\" targetRef=\"deployed\"/>",
                        "<sequenceFlow id=\"f7\" sourceRef=\"pull-image\" targetRef=\"no-such-image\"/>"))
                .containsExactly(
                        "unreachable deployed: No flow leads here from a start event. Connect it, or remove it.");
    }

    @Test
    void aProcessHasAStart() {
        String body = "<endEvent id=\"done\" name=\"Done\"/>";
        assertThat(Lint.lint(new Sample().with("processes/endless.bpmn", Sample.diagram("endless", body))))
                .containsExactly("unreachable endless: The process has no start event. Add one.");
    }

    @Test
    void whatIsNotAnEndEventLeadsOn() {
        assertThat(Lint.replacing("<sequenceFlow id=\"f7\" sourceRef=\"pull-image\" targetRef=\"deployed\"/>", ""))
                .containsExactly(
                        "dead-end pull-image: Nothing follows it, and it is not an end event. Lead it to an end event that says the"
                                + " outcome.",
                        "unreachable deployed: No flow leads here from a start event. Connect it, or remove it.");
    }

    @Test
    void subprocessesEventSubprocessesAndCompensationAreReached() {
        String body =
                """
                <startEvent id="asked" name="Asked"/>
                <sequenceFlow id="f1" sourceRef="asked" targetRef="inner"/>
                <subProcess id="inner" name="Do the inner part">
                  <startEvent id="inner-start" name="Begun"/>
                  <sequenceFlow id="f2" sourceRef="inner-start" targetRef="inner-end"/>
                  <endEvent id="inner-end" name="Ended"/>
                </subProcess>
                <subProcess id="on-message" name="On message" triggeredByEvent="true">
                  <startEvent id="message-came" name="Message came"><messageEventDefinition id="m1" messageRef="go-on"/></startEvent>
                  <sequenceFlow id="f3" sourceRef="message-came" targetRef="message-taken"/>
                  <endEvent id="message-taken" name="Taken"/>
                </subProcess>
                <sequenceFlow id="f4" sourceRef="inner" targetRef="done"/>
                <endEvent id="done" name="Done"/>
                """;
        assertThat(Lint.lint(new Sample().with("processes/nested.bpmn", Sample.diagram("nested", body))))
                .isEmpty();
    }

    @Test
    void everyWayOutOfAGatewayHasACondition() {
        assertThat(Lint.replacing(CONDITION, ""))
                .containsExactly(
                        "flow-condition f4: The flow from 'is-approved' to 'provision-container' has no condition. Give it a"
                                + " condition such as ${approved}, or make it the default flow.");
    }

    @Test
    void theDefaultFlowHasNone() {
        assertThat(Lint.replacing(F6, F6_IF.formatted("${!approved}")))
                .containsExactly(
                        "flow-condition f6: The default flow from 'is-approved' to 'rejected' has a condition. Remove the"
                                + " condition: the default flow is taken when no other is.");
    }

    @Test
    void aGatewayHasADefaultFlowOrOppositeConditions() {
        String expected =
                "default-flow is-approved: No flow is the default, so that a run fails here when no condition holds. Make one"
                        + " of its flows the default flow.";
        assertThat(Lint.lint(withoutDefault("${!approved}"))).isEmpty();
        assertThat(Lint.lint(withoutDefault("${ not approved }"))).isEmpty();
        assertThat(Lint.lint(withoutDefault("${rejected}"))).containsExactly(expected);
        assertThat(Lint.lint(withoutDefault("${!approved and late}"))).containsExactly(expected);
        assertThat(Lint.lint(withoutDefault("${kind != 'a'}").changing(Sample.FILE, "${approved}", "${kind == 'a'}")))
                .isEmpty();
        assertThat(Lint.lint(withoutDefault("${!a and b}").changing(Sample.FILE, "${approved}", "${a and b}")))
                .containsExactly(expected);
    }

    private static Sample withoutDefault(String condition) {
        return Sample.replacing(F6, F6_IF.formatted(condition)).changing(Sample.FILE, " default=\"f6\"", "");
    }

    @Test
    void aConditionIsAnExpression() {
        assertThat(Lint.replacing("${approved}", "approved"))
                .containsExactly(
                        "flow-condition f4: The condition 'approved' is not an expression, so that it is never true. Write it in"
                                + " ${ }: '${approved}'.");
    }

    @Test
    void aConditionStandsWhereTheEngineLooksAtIt() {
        assertThat(Lint.replacing(
                        "<sequenceFlow id=\"f1\" sourceRef=\"asked\" targetRef=\"choose-class\"/>",
                        "<sequenceFlow id=\"f1\" sourceRef=\"asked\" targetRef=\"choose-class\">" + CONDITION
                                + "</sequenceFlow>"))
                .containsExactly(
                        "flow-condition f1: The engine does not look at the condition of a flow that leaves 'asked'. Remove the"
                                + " condition, or let the flow leave an exclusive gateway.");
        assertThat(Lint.replacing(F6, "").stream().filter(violation -> violation.startsWith("flow-condition")))
                .containsExactly(
                        "flow-condition f4: It has a condition and is the only flow that leaves 'is-approved'. Remove the"
                                + " condition, or draw the other way.");
    }

    @Test
    void everyNodeAndFlowIsDrawn() {
        Sample sample = new Sample()
                .changing(Sample.FILE, "bpmnElement=\"pull-image\"", "bpmnElement=\"gone\"")
                .changing(Sample.FILE, "bpmnElement=\"f7\"", "bpmnElement=\"f-gone\"");
        assertThat(Lint.lint(sample))
                .containsExactly(
                        "layout pull-image: It is not drawn: it has no shape. Open the diagram in Modeler and place it.",
                        "layout f7: The flow from 'pull-image' to 'deployed' is not drawn: it has no edge. Open the diagram in Modeler"
                                + " and place it.");
    }

    @Test
    void aDiagramWithoutAnyLayoutIsToldOnce() {
        String whole =
                new String(new Sample().files().contents().get(Sample.FILE), java.nio.charset.StandardCharsets.UTF_8);
        String bare = whole.replaceAll("(?s)<bpmndi:BPMNDiagram.*</bpmndi:BPMNDiagram>", "");
        assertThat(Lint.lint(new Sample().with(Sample.FILE, bare)))
                .containsExactly(
                        "layout sample: The file has no layout: nothing of it would be seen in Modeler or Cockpit. Draw the"
                                + " process in Modeler.");
    }

    @Test
    void shapesHaveASizeAndDoNotHideEachOther() {
        assertThat(Lint.lint(new Sample()
                        .changing(Sample.FILE, "x=\"150\" y=\"100\" width=\"100\"", "x=\"150\" y=\"100\" width=\"0\"")))
                .containsExactly("layout asked: Its shape has no size. Open the diagram in Modeler and place it.");
        assertThat(Lint.lint(new Sample().changing(Sample.FILE, "x=\"300\"", "x=\"200\"")))
                .containsExactly("layout choose-class: It is drawn over 'asked'. Move one of them in Modeler.");
        assertThat(Lint.lint(new Sample().changing(Sample.FILE, "<di:waypoint x=\"10\" y=\"10\"/>", "")))
                .filteredOn(violation -> violation.startsWith("layout"))
                .hasSize(8)
                .allMatch(violation ->
                        violation.matches("layout f\\d: The flow from .* has fewer than two waypoints\\. .*"));
    }
}
