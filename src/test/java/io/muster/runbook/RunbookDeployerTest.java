package io.muster.runbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.runbook.RunbookDeployer.Outcome;
import io.muster.runbook.RunbookDeployer.Result;
import java.io.IOException;
import java.util.List;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.repository.Deployment;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RunbookDeployerTest {

    private static TestEngine server;
    private static RepositoryService repository;

    @BeforeAll
    static void start() {
        server = new TestEngine();
        repository = server.engine().getRepositoryService();
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    @AfterEach
    void clear() {
        server.clear();
    }

    @Test
    void eachRunbookIsADeploymentOfItsOwnWithWhatItRefersTo() {
        Result result = deploy(new Sample());

        assertThat(result.outcomes())
                .containsExactly(new Outcome("container-provision", 1, true), new Outcome("sample", 1, true));
        assertThat(resources("sample"))
                .containsExactlyInAnyOrder(Sample.FILE, "processes/container-class.dmn", "forms/approve.form");
        assertThat(resources("container-provision")).containsExactly("processes/container-provision.bpmn");
        assertThat(repository.createDeploymentQuery().list()).allSatisfy(deployment -> {
            assertThat(deployment.getSource()).isEqualTo("muster");
            assertThat(deployment.getTenantId()).isNull();
        });
    }

    @Test
    void anEmbeddedFormIsDeployedWithTheRunbookThatNamesIt() {
        deploy(Sample.replacing(
                "camunda:formRef=\"approve\" camunda:formRefBinding=\"deployment\"",
                "camunda:formKey=\"embedded:deployment:forms/details.html\""));
        assertThat(resources("sample")).contains("forms/details.html").doesNotContain("forms/approve.form");
    }

    @Test
    void anUnchangedRunbookKeepsItsVersion() {
        deploy(new Sample());
        assertThat(deploy(new Sample()).outcomes())
                .containsExactly(new Outcome("container-provision", 1, false), new Outcome("sample", 1, false));
        assertThat(repository.createDeploymentQuery().count()).isEqualTo(2);
    }

    @Test
    void aChangedRunbookGetsANewVersionAndTheOthersDoNot() {
        deploy(new Sample());
        assertThat(deploy(Sample.replacing("Pull image", "Pull the image")).outcomes())
                .containsExactly(new Outcome("container-provision", 1, false), new Outcome("sample", 2, true));
    }

    @Test
    void aChangedFormOrTableMakesANewVersionWithAllResources() {
        deploy(new Sample());
        Sample withOtherForm = new Sample().with("forms/approve.form", Sample.FORM + "\n");
        assertThat(deploy(withOtherForm).outcomes()).contains(new Outcome("sample", 2, true));
        assertThat(resources("sample")).hasSize(3);

        withOtherForm.changing("processes/container-class.dmn", "\"core\",\"monitoring\"", "\"core\"");
        assertThat(deploy(withOtherForm).outcomes()).contains(new Outcome("sample", 3, true));
        assertThat(resources("sample")).hasSize(3);
        assertThat(repository
                        .createDecisionDefinitionQuery()
                        .latestVersion()
                        .singleResult()
                        .getVersion())
                .isEqualTo(3);
    }

    @Test
    void goingBackToAnEarlierVersionIsANewVersionToo() {
        deploy(new Sample());
        deploy(Sample.replacing("Pull image", "Pull the image"));
        assertThat(deploy(new Sample()).outcomes()).contains(new Outcome("sample", 3, true));
    }

    @Test
    void runningInstancesStayOnTheirVersion() {
        deploy(new Sample());
        ProcessEngine engine = server.engine();
        ProcessInstance before = engine.getRuntimeService()
                .startProcessInstanceByKey("sample", java.util.Map.of("serviceClass", "core"));

        deploy(Sample.replacing("Approve deployment", "Approve the deployment"));
        ProcessInstance after = engine.getRuntimeService()
                .startProcessInstanceByKey("sample", java.util.Map.of("serviceClass", "core"));

        assertThat(taskName(before)).isEqualTo("Approve deployment");
        assertThat(taskName(after)).isEqualTo("Approve the deployment");
    }

    @Test
    void aTableThatTwoRunbooksUseIsDeployedWithEach() {
        Sample sample = new Sample();
        String other = Sample.diagram("other", Sample.BODY);
        deploy(sample.with("processes/other.bpmn", other));

        assertThat(resources("other")).contains("processes/container-class.dmn");
        assertThat(repository.createDecisionDefinitionQuery().list())
                .extracting(decision -> decision.getVersion())
                .containsExactlyInAnyOrder(1, 2);
    }

    @Test
    void nothingIsDeployedWhenOneOfSeveralIsWrong() {
        Sample sample = Sample.replacing("camunda:asyncBefore=\"true\"", "")
                .changing("forms/approve.form", "\"approve\"", "\"approval\"");
        assertThatThrownBy(() -> deploy(sample))
                .isInstanceOf(RunbooksRefused.class)
                .hasMessage(
                        """
                        The runbooks in a test were not deployed, none of them: 3 violations:
                          forms/approve.form:1: The form's id is 'approval', not the file's name. Set its id to 'approve'. [form]
                          processes/deploy/sample.bpmn:13 'approve-deployment' (Approve deployment): There is no form with the id 'approve' in forms/. Did you mean 'approval'? [form]
                          processes/deploy/sample.bpmn:22 'pull-image' (Pull image): The step would run in the transaction of what comes before it, and again when that rolls back. Set camunda:asyncBefore="true" on the task (in Modeler: Asynchronous continuations, Before). [async-before]""");
        assertThat(repository.createDeploymentQuery().count()).isZero();
    }

    @Test
    void whatOnlyTheEngineRefusesIsToldAndRollsTheOthersBack() {
        // The linter leaves it to the engine that a second start event without a trigger is one too many.
        Sample sample = Sample.replacing(
                "<endEvent id=\"deployed\"",
                """
                <startEvent id="asked-again" name="Asked again"/>
                <sequenceFlow id="f9" sourceRef="asked-again" targetRef="deployed"/>
                <endEvent id="deployed\"""");
        assertThatThrownBy(() -> deploy(sample))
                .isInstanceOf(RunbooksRefused.class)
                .hasMessageContaining("processes/deploy/sample.bpmn")
                .hasMessageContaining("The engine refuses it: ")
                .hasMessageContaining("[engine]");
        assertThat(repository.createDeploymentQuery().count()).isZero();
    }

    @Test
    void aRunbookWhoseFileIsGoneIsNamedAndStays() {
        deploy(new Sample().with("processes/other.bpmn", Sample.diagram("other", Sample.CALLED)));
        Result result = deploy(new Sample());
        assertThat(result.removed()).containsExactly("other");
        assertThat(repository
                        .createProcessDefinitionQuery()
                        .processDefinitionKey("other")
                        .count())
                .isEqualTo(1);
    }

    private static Result deploy(Sample sample) {
        return server.deployer().deploy(sample.files());
    }

    private static String taskName(ProcessInstance instance) {
        return server.engine()
                .getTaskService()
                .createTaskQuery()
                .processInstanceId(instance.getId())
                .singleResult()
                .getName();
    }

    /** Of the newest deployment of a runbook. */
    private static List<String> resources(String runbook) {
        Deployment newest = repository
                .createDeploymentQuery()
                .deploymentName(runbook)
                .orderByDeploymentTime()
                .desc()
                .list()
                .get(0);
        return repository.getDeploymentResourceNames(newest.getId());
    }
}
