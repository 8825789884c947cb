package io.muster.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.xml.sax.SAXParseException;

/** A folder of runbooks in which all is well, to be changed in one place by each test. */
final class Sample {

    static final String FILE = "processes/deploy/sample.bpmn";

    static final String BODY =
            """
            <startEvent id="asked" name="Deployment asked for"/>
            <sequenceFlow id="f1" sourceRef="asked" targetRef="choose-class"/>
            <businessRuleTask id="choose-class" name="Choose class" camunda:decisionRef="container-class"
                camunda:decisionRefBinding="deployment" camunda:mapDecisionResult="singleEntry" camunda:resultVariable="containerClass"/>
            <sequenceFlow id="f2" sourceRef="choose-class" targetRef="approve-deployment"/>
            <userTask id="approve-deployment" name="Approve deployment" camunda:candidateGroups="approvers"
                camunda:formRef="approve" camunda:formRefBinding="deployment"/>
            <sequenceFlow id="f3" sourceRef="approve-deployment" targetRef="is-approved"/>
            <exclusiveGateway id="is-approved" name="Approved?" default="f6"/>
            <sequenceFlow id="f4" sourceRef="is-approved" targetRef="provision-container">
              <conditionExpression xsi:type="tFormalExpression">${approved}</conditionExpression>
            </sequenceFlow>
            <callActivity id="provision-container" name="Provision container" calledElement="container-provision"/>
            <sequenceFlow id="f5" sourceRef="provision-container" targetRef="pull-image"/>
            <sequenceFlow id="f6" sourceRef="is-approved" targetRef="rejected"/>
            <serviceTask id="pull-image" name="Pull image" camunda:delegateExpression="${pullImage}" camunda:asyncBefore="true">
              <extensionElements>
                <camunda:inputOutput>
                  <camunda:inputParameter name="host">experimental-01</camunda:inputParameter>
                  <camunda:inputParameter name="image">${image}</camunda:inputParameter>
                  <camunda:inputParameter name="password">secret:registry</camunda:inputParameter>
                  <camunda:outputParameter name="imageDigest">${digest}</camunda:outputParameter>
                </camunda:inputOutput>
              </extensionElements>
            </serviceTask>
            <sequenceFlow id="f7" sourceRef="pull-image" targetRef="deployed"/>
            <boundaryEvent id="image-not-found" name="Image not found" attachedToRef="pull-image">
              <errorEventDefinition id="e1" errorRef="not-found"/>
            </boundaryEvent>
            <sequenceFlow id="f8" sourceRef="image-not-found" targetRef="no-such-image"/>
            <endEvent id="no-such-image" name="No such image"/>
            <endEvent id="deployed" name="Deployed"/>
            <endEvent id="rejected" name="Rejected"/>
            """;

    static final String CALLED =
            """
            <startEvent id="asked" name="Asked"/>
            <sequenceFlow id="f1" sourceRef="asked" targetRef="done"/>
            <endEvent id="done" name="Done"/>
            """;

    static final String DMN =
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" xmlns:camunda="http://camunda.org/schema/1.0/dmn"
                id="definitions" name="Container class" namespace="http://camunda.org/schema/1.0/dmn">
              <decision id="container-class" name="Container class" camunda:historyTimeToLive="P365D">
                <decisionTable id="table" hitPolicy="FIRST">
                  <input id="i1" label="Service class"><inputExpression id="ie1" typeRef="string"><text>serviceClass</text></inputExpression></input>
                  <output id="o1" label="Class" name="class" typeRef="string"/>
                  <rule id="r1">
                    <inputEntry id="u1"><text>"core","monitoring"</text></inputEntry>
                    <outputEntry id="l1"><text>"core"</text></outputEntry>
                  </rule>
                </decisionTable>
              </decision>
            </definitions>
            """;

    static final String FORM = "{\"id\": \"approve\", \"type\": \"default\", \"components\": []}";

    private final Map<String, String> files = new LinkedHashMap<>();

    Sample() {
        files.put(FILE, diagram("sample", BODY));
        files.put("processes/container-provision.bpmn", diagram("container-provision", CALLED));
        files.put("processes/container-class.dmn", DMN);
        files.put("forms/approve.form", FORM);
        files.put("forms/details.html", "<form></form>");
    }

    /** The sample with one text of the main diagram replaced; fails when the text is not there. */
    static Sample replacing(String text, String by) {
        assertThat(BODY).contains(text);
        Sample sample = new Sample();
        return sample.with(FILE, diagram("sample", BODY.replace(text, by)));
    }

    Sample with(String path, String content) {
        files.put(path, content);
        return this;
    }

    Sample without(String path) {
        files.remove(path);
        return this;
    }

    /** Replaces a text in a whole file. */
    Sample changing(String path, String text, String by) {
        assertThat(files.get(path)).contains(text);
        return with(path, files.get(path).replace(text, by));
    }

    RunbookFiles files() {
        Map<String, byte[]> contents = new LinkedHashMap<>();
        files.forEach((path, content) -> contents.put(path, content.getBytes(StandardCharsets.UTF_8)));
        return RunbookFiles.of("a test", contents);
    }

    static String diagram(String id, String body) {
        String process =
                ("<process id=\"%s\" name=\"A runbook\" isExecutable=\"true\" camunda:historyTimeToLive=\"P365D\">"
                                + "<extensionElements><camunda:properties>"
                                + "<camunda:property name=\"startVariables\" value=\"environment,service\"/>"
                                + "<camunda:property name=\"locks\" value=\"service:${environment}/${service}\"/>"
                                + "</camunda:properties></extensionElements>\n%s</process>\n")
                        .formatted(id, body);
        String events =
                """
                <error id="not-found" name="Not found" errorCode="NotFound"/>
                <error id="too-late" name="Too late" errorCode="TooLate"/>
                <error id="run-aborted" name="Aborted" errorCode="Aborted"/>
                <error id="without-code" name="Without code"/>
                <message id="go-on" name="go-on"/>
                """;
        return definitions(process + events + layout(definitions(process)));
    }

    static String definitions(String content) {
        return """
                <?xml version="1.0" encoding="UTF-8"?>
                <definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
                    xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"
                    xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI"
                    id="definitions" targetNamespace="http://muster.io/runbooks">
                """
                + content
                + "</definitions>\n";
    }

    /** Every node in a row, every flow with two waypoints. */
    private static String layout(String definitions) {
        try {
            XmlNode root = XmlReader.read(definitions.getBytes(StandardCharsets.UTF_8));
            XmlNode process = root.child("process").orElseThrow();
            Diagram diagram = new Diagram(root, process);
            StringBuilder drawn = new StringBuilder(
                            "<bpmndi:BPMNDiagram id=\"drawing\"><bpmndi:BPMNPlane id=\"plane\" bpmnElement=\"")
                    .append(process.id())
                    .append("\">\n");
            int x = 0;
            for (XmlNode node : diagram.nodes()) {
                x += 150;
                drawn.append(("<bpmndi:BPMNShape id=\"%s_di\" bpmnElement=\"%s\">"
                                + "<dc:Bounds x=\"%d\" y=\"100\" width=\"100\" height=\"80\"/></bpmndi:BPMNShape>\n")
                        .formatted(node.id(), node.id(), x));
            }
            for (XmlNode flow : diagram.flows()) {
                drawn.append(("<bpmndi:BPMNEdge id=\"%s_di\" bpmnElement=\"%s\"><di:waypoint x=\"0\" y=\"0\"/>"
                                + "<di:waypoint x=\"10\" y=\"10\"/></bpmndi:BPMNEdge>\n")
                        .formatted(flow.id(), flow.id()));
            }
            return drawn.append("</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>\n").toString();
        } catch (SAXParseException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
