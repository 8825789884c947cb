package io.muster.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Files as such, the process, ids and names. */
class RunbookLinterTest {

    @Test
    void aFolderInWhichAllIsWellHasNoViolations() {
        assertThat(Lint.lint(new Sample())).isEmpty();
    }

    @Test
    void aViolationSaysFileLineElementAndRule() {
        assertThat(TestSteps.linter()
                        .lint(Sample.replacing("${pullImage}", "${pulImage}").files()))
                .hasToString(
                        "[processes/deploy/sample.bpmn:22 'pull-image' (Pull image): There is no step 'pulImage'. Did you"
                                + " mean 'pullImage'? [step-reference]]");
    }

    @Test
    void violationsComeInTheOrderOfFileAndLine() {
        Sample sample = Sample.replacing("name=\"Pull image\"", "")
                .changing(Sample.FILE, "name=\"Approve deployment\"", "")
                .changing("processes/container-provision.bpmn", "name=\"Done\"", "");
        assertThat(TestSteps.linter().lint(sample.files()))
                .extracting(Violation::element)
                .containsExactly("done", "approve-deployment", "pull-image");
    }

    @Test
    void whatIsNoXmlIsRefused() {
        assertThat(Lint.lint(new Sample().with("processes/broken.bpmn", "<definitions>\n<process></definitions>")))
                .containsExactly(
                        "well-formed : The file is not well-formed XML: The element type \"process\" must be terminated by"
                                + " the matching end-tag \"</process>\". Open it in Camunda Modeler, or undo the last change made by"
                                + " hand.");
        assertThat(Lint.lint(new Sample().with("processes/empty.bpmn", "")))
                .singleElement()
                .asString()
                .startsWith("well-formed : The file is not well-formed XML: ");
    }

    @Test
    void anExternalEntityIsRefusedAndNotRead() {
        String xml = "<?xml version=\"1.0\"?><!DOCTYPE d [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><d>&x;</d>";
        String expected =
                "well-formed : The file has a document type declaration, which could pull in other files. Open it in"
                        + " Camunda Modeler, or undo the last change made by hand.";
        assertThat(Lint.lint(new Sample().with("processes/entity.bpmn", xml))).containsExactly(expected);
        assertThat(Lint.lint(new Sample().with("processes/entity.dmn", xml))).containsExactly(expected);
    }

    @Test
    void whatBpmnDoesNotAllowIsRefused() {
        assertThat(Lint.replacing(
                        "<endEvent id=\"deployed\" name=\"Deployed\"/>",
                        "<endEvent id=\"deployed\" name=\"Deployed\"/><end/>"))
                .singleElement()
                .asString()
                .startsWith(
                        "schema : The file does not follow its standard: Invalid content was found starting with element");
    }

    @Test
    void aFlowToAnElementThatIsNotThereIsRefused() {
        assertThat(Lint.replacing(
                        "id=\"f7\" sourceRef=\"pull-image\" targetRef=\"deployed\"",
                        "id=\"f7\" sourceRef=\"pull-image\" targetRef=\"deploy\""))
                .anySatisfy(violation ->
                        assertThat(violation).startsWith("schema : ").contains("'deploy'"));
    }

    @Test
    void aFileHoldsExactlyOneProcess() {
        assertThat(Lint.lint(new Sample().with("processes/none.bpmn", Sample.definitions(""))))
                .containsExactly("one-process : The file holds no process. Keep exactly one process in a file.");
        Sample two = new Sample()
                .changing(
                        Sample.FILE,
                        "<error id=\"not-found\"",
                        "<process id=\"second\" isExecutable=\"false\"/><error id=\"not-found\"");
        assertThat(Lint.lint(two))
                .contains("one-process : The file holds 2 processes. Keep exactly one process in a file.");
    }

    @Test
    void theProcessIdIsTheFilesName() {
        assertThat(Lint.lint(new Sample().with("processes/other.bpmn", Sample.diagram("another", Sample.CALLED))))
                .containsExactly(
                        "process-id another: The process id 'another' is not the file's name. Set the id to 'other', or rename"
                                + " the file to 'another.bpmn'.");
    }

    @Test
    void theProcessIdIsInKebabCase() {
        assertThat(Lint.lint(new Sample().with("processes/Process_1.bpmn", Sample.diagram("Process_1", Sample.CALLED))))
                .containsExactly(
                        "process-id Process_1: The process id 'Process_1' is not in kebab-case. Name it in lower case with"
                                + " hyphens, and the file after it: 'service-deployment' in 'service-deployment.bpmn'.");
    }

    @Test
    void aProcessIdIsUsedOnce() {
        assertThat(Lint.lint(new Sample().with("processes/more/sample.bpmn", Sample.diagram("sample", Sample.CALLED))))
                .containsExactly(
                        "duplicate-id sample: The process 'sample' is defined in processes/deploy/sample.bpmn too. Rename one"
                                + " of them.");
    }

    @Test
    void theProcessHasANameIsExecutableAndKeepsItsHistory() {
        Sample sample = new Sample()
                .changing(
                        Sample.FILE,
                        "name=\"A runbook\" isExecutable=\"true\" camunda:historyTimeToLive=\"P365D\"",
                        "isExecutable=\"false\"");
        assertThat(Lint.lint(sample))
                .containsExactly(
                        "process-name sample: The process has no name. Name it as operators call the runbook.",
                        "executable sample: The process is not executable, so the engine would ignore it. Set isExecutable=\"true\" (in"
                                + " Modeler: tick Executable).",
                        "history-time-to-live sample: The process does not say how long its history is kept. Set"
                                + " camunda:historyTimeToLive in days, for example \"P365D\".");
    }

    @Test
    void theTimeToLiveIsInDays() {
        assertThat(Lint.lint(new Sample().changing(Sample.FILE, "\"P365D\"", "\"one year\"")))
                .containsExactly(
                        "history-time-to-live sample: The time to live of its history is 'one year', which is not a number of"
                                + " days. Set camunda:historyTimeToLive in days, for example \"P365D\".");
    }

    @Test
    void anIdSaysWhatTheElementIs() {
        assertThat(Lint.lint(new Sample().changing(Sample.FILE, "pull-image", "Activity_0x3f")))
                .containsExactly(
                        "element-id Activity_0x3f: The id 'Activity_0x3f' is one that the editor made up. Give it an id that"
                                + " says what it is, as verb and object: 'verify-backup'.");
        assertThat(Lint.lint(new Sample().changing(Sample.FILE, "pull-image", "pullImage2")))
                .containsExactly(
                        "element-id pullImage2: The id 'pullImage2' is not in kebab-case. Use lower case with hyphens:"
                                + " 'verify-backup'.");
    }

    @Test
    void tasksAndEventsHaveNames() {
        assertThat(Lint.replacing(" name=\"Pull image\"", ""))
                .containsExactly(
                        "element-name pull-image: It has no name. Name it by verb and object: 'Verify backup'.");
        assertThat(Lint.replacing(" name=\"Deployed\"", " name=\" \""))
                .containsExactly(
                        "element-name deployed: It has no name. Name the outcome that it is: 'Service deployed'.");
        assertThat(Lint.replacing(" name=\"Deployment asked for\"", ""))
                .containsExactly(
                        "element-name asked: It has no name. Name what happens there: 'Deployment requested'.");
    }

    @Test
    void aGatewayThatSplitsIsAQuestion() {
        assertThat(Lint.replacing("Approved?", "Approval"))
                .containsExactly(
                        "gateway-question is-approved: The gateway's name 'Approval' is not a question. Name it as the question"
                                + " that its outgoing flows answer: 'Approved?'.");
        assertThat(Lint.replacing(" name=\"Approved?\"", ""))
                .containsExactly(
                        "gateway-question is-approved: The gateway does not say what it asks. Name it as the question that its"
                                + " outgoing flows answer: 'Approved?'.");
    }

    @Test
    void theStarterIsNotKeptInAVariable() {
        assertThat(Lint.replacing("<startEvent id=\"asked\"", "<startEvent id=\"asked\" camunda:initiator=\"starter\""))
                .containsExactly(
                        "initiator asked: The start event keeps its starter in the variable 'starter', which anyone can set."
                                + " Remove camunda:initiator. Who started a run is known from authentication.");
    }

    @Test
    void whatTheEngineDoesNotRunIsRefused() {
        assertThat(Lint.replacing(
                        "<endEvent id=\"deployed\"",
                        "<sequenceFlow id=\"x1\" sourceRef=\"image-not-found\" targetRef=\"odd\"/><complexGateway id=\"odd\""
                                + " name=\"Odd?\"/><sequenceFlow id=\"x2\" sourceRef=\"odd\" targetRef=\"deployed\"/><endEvent"
                                + " id=\"deployed\""))
                .containsExactly(
                        "unsupported-element odd: The engine does not run a complexGateway. Use exclusive, inclusive or parallel"
                                + " gateways.");
    }

    @Test
    void aTaskThatDoesNothingIsRefused() {
        assertThat(Lint.lint(new Sample().with("processes/idle.bpmn", Sample.diagram("idle", idle("task")))))
                .containsExactly(
                        "unsupported-element look: A task passes at once and does nothing, which looks like evidence. Choose"
                                + " what it is: a service task that runs a step, or a user task for a person.");
        assertThat(Lint.lint(new Sample().with("processes/idle.bpmn", Sample.diagram("idle", idle("manualTask")))))
                .containsExactly(
                        "unsupported-element look: A manualTask passes at once and does nothing, which looks like evidence."
                                + " Make it a user task, so that a person confirms it and the run shows who.");
    }

    @Test
    void anEventHasOneDefinition() {
        assertThat(Lint.replacing(
                        "<endEvent id=\"rejected\" name=\"Rejected\"/>",
                        "<endEvent id=\"rejected\" name=\"Rejected\"><errorEventDefinition id=\"x1\" errorRef=\"not-found\"/>"
                                + "<terminateEventDefinition id=\"x2\"/></endEvent>"))
                .containsExactly(
                        "unsupported-element rejected: The engine does not run an event with several definitions. Draw one event for"
                                + " each.");
    }

    private static String idle(String element) {
        return """
                <startEvent id="asked" name="Asked"/>
                <sequenceFlow id="f1" sourceRef="asked" targetRef="look"/>
                <%s id="look" name="Look"/>
                <sequenceFlow id="f2" sourceRef="look" targetRef="done"/>
                <endEvent id="done" name="Done"/>
                """
                .formatted(element);
    }
}
