package io.muster.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.journal.RunJournal.EndState;
import io.muster.steps.provision.ContainerCheck;
import io.muster.steps.provision.ContainerLearn;
import io.muster.steps.provision.ContainerSpecification;
import io.muster.steps.provision.DockerInstall;
import io.muster.steps.provision.StoragePrepare;
import io.muster.steps.proxmox.LxcConfigure;
import io.muster.steps.proxmox.LxcCreate;
import io.muster.steps.proxmox.LxcPlan;
import io.muster.steps.proxmox.LxcShutdown;
import io.muster.steps.proxmox.LxcStart;
import io.muster.steps.report.RunDocument;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each way through the diagram. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ContainerProvisionProcessTest extends RunbookTest {

    static final String RUNBOOK = "container-provision";
    private static final Map<String, Object> ASKED =
            Map.of("environment", "prod", "container", "new-01", "reason", "more room");
    private static final Map<String, Object> APPROVED = Map.of("approved", true, "comment", "go");
    private static final Map<String, Object> REJECTED = Map.of("approved", false, "comment", "no");

    static final ContainerSpecification.Output SPECIFICATION = new ContainerSpecification.Output(
            "core",
            "proxima",
            201,
            "local:vztmpl/debian-12.tar.zst",
            "new-01",
            null,
            "local",
            8,
            null,
            1024,
            0,
            true,
            List.of("nesting=1"),
            "name=eth0,bridge=vmbr0,ip=127.0.0.4/8",
            Map.of("mp0", "local:4,mp=/srv/persistent"),
            true,
            true,
            List.of("core", "muster"),
            "ssh-ed25519 AAAA",
            "ssh-ed25519 SHA256:ours",
            List.of("/srv/persistent/notes"));

    @BeforeEach
    void everythingGoesWell() {
        script(steps);
        ready();
    }

    /** What all steps answer where the container is not there and all goes well. */
    static void script(ScriptedSteps steps) {
        steps.answer("read-specification", SPECIFICATION);
        absent(steps);
        steps.answer(
                "create-container", new LxcCreate.Output(201, "proxima", "new-01", true, List.of(), 0, "Created."));
        configured(steps, false);
        steps.answer("shut-down-container", new LxcShutdown.Output(true, List.of("shut down")));
        steps.answer("start-container", new LxcStart.Output(true));
        learned(steps, false);
        steps.answer(
                "accept-host-keys",
                new ContainerLearn.Output(
                        "127.0.0.4", List.of("k"), "SHA256:new", true, List.of(), false, "Recorded after all."));
        steps.answer("install-docker", new DockerInstall.Output("20.10", true, "Docker was installed."));
        steps.answer("prepare-storage", new StoragePrepare.Output(List.of(), true, List.of(), "Directories made."));
        steps.answer("check-provisioned", new ContainerCheck.Output(true, List.of(), "20.10", "new-01 is ready."));
        steps.answer("document-provision", new RunDocument.Output("provision.md"));
        steps.answer("document-no-change", new RunDocument.Output("provision.md"));
    }

    private static void absent(ScriptedSteps steps) {
        steps.answer(
                "compare-container",
                new LxcPlan.Output(
                        false, false, List.of("it will be created"), List.of(), true, "- it will be created"));
    }

    private static void configured(ScriptedSteps steps, boolean restart) {
        steps.answer(
                "configure-container",
                new LxcConfigure.Output(201, true, List.of("a"), List.of(), restart, "It was configured."));
    }

    private static void learned(ScriptedSteps steps, boolean changed) {
        steps.answer(
                "learn-container",
                new ContainerLearn.Output(
                        "127.0.0.4", List.of("k"), "SHA256:new", !changed, List.of(), changed, "Learned what it is."));
    }

    private void planned(boolean changes, String... restart) {
        steps.answer(
                "compare-container",
                new LxcPlan.Output(true, true, List.of(), List.of(restart), changes, changes ? "- cores: 1 -> 2" : ""));
    }

    private void ready(String... problems) {
        steps.answer(
                "look-inside",
                new ContainerCheck.Output(problems.length == 0, List.of(problems), "20.10", "new-01 is looked at."));
    }

    private ProcessInstance started() {
        ProcessInstance run = startAs("operator", RUNBOOK, ASKED);
        goOn(run);
        return run;
    }

    private ProcessInstance approved() {
        ProcessInstance run = started();
        completeAs("approver", run, APPROVED);
        goOn(run);
        return run;
    }

    // End events

    @Test
    void aContainerThatIsNotThereIsMadeAfterTheApprovalAndDocumented() {
        ProcessInstance run = started();
        assertRun(run).isWaitingAt("approve-provision").task().hasCandidateGroup("approvers");
        assertThat(changed()).isEmpty();
        completeAs("approver", run, APPROVED);
        goOn(run);

        assertEnded(run, "container-provisioned", EndState.COMPLETED);
        assertThat(called())
                .containsExactly(
                        "read-specification",
                        "compare-container",
                        "create-container",
                        "configure-container",
                        "start-container",
                        "learn-container",
                        "install-docker",
                        "prepare-storage",
                        "check-provisioned",
                        "document-provision");
        LxcCreate.Input creation = input("create-container", LxcCreate.Input.class);
        assertThat(creation.sshPublicKeys()).isEqualTo("ssh-ed25519 AAAA");
        assertThat(creation.mounts()).isEqualTo(Map.of("mp0", "local:4,mp=/srv/persistent"));
        assertThat(input("configure-container", LxcConfigure.Input.class))
                .isEqualTo(input("compare-container", LxcConfigure.Input.class))
                .matches(configured -> configured.protection() && configured.memory() == 1024);
        assertThat(input("learn-container", ContainerLearn.Input.class))
                .matches(learn -> learn.created() && learn.onlyTell());
        assertThat(input("check-provisioned", ContainerCheck.Input.class).onlyTell())
                .isFalse();
        assertThat(input("document-provision", RunDocument.Input.class).introduction())
                .contains("- Created.", "It was configured.", "Learned", "Docker was installed.", "Directories made.")
                .contains("new-01 is ready.");
    }

    @Test
    void whatIsAsSpecifiedAndReadyInsideIsNothingToChangeAndNobodyIsAsked() {
        planned(false);
        ProcessInstance run = started();
        assertEnded(run, "nothing-to-change", EndState.COMPLETED);
        assertThat(changed()).isEmpty();
        assertThat(input("look-inside", ContainerCheck.Input.class).onlyTell()).isTrue();
    }

    @Test
    void aRejectedProvisionTouchesNothing() {
        ProcessInstance run = started();
        completeAs("approver", run, REJECTED);
        goOn(run);
        assertEnded(run, "provision-rejected", EndState.REJECTED);
        assertThat(changed()).isEmpty();
    }

    // Ways between

    @Test
    void whatIsAsSpecifiedOutsideButNotReadyInsideIsMendedAfterAnApproval() {
        planned(false);
        ready("no Docker");
        ProcessInstance run = started();
        assertRun(run).isWaitingAt("approve-provision");
        assertThat(variable(run, "insideProblems").toString()).contains("no Docker");
        completeAs("approver", run, APPROVED);
        goOn(run);
        assertEnded(run, "container-provisioned", EndState.COMPLETED);
        assertThat(called()).contains("install-docker");
    }

    @Test
    void aChangeThatWaitsForARestartGetsItAfterTheApprovalOfIt() {
        planned(true, "features");
        configured(steps, true);
        ProcessInstance run = started();
        assertThat(variable(run, "planRestart").toString()).contains("features");
        completeAs("approver", run, APPROVED);
        goOn(run);
        assertEnded(run, "container-provisioned", EndState.COMPLETED);
        assertThat(called())
                .doesNotContain("create-container")
                .containsSubsequence("configure-container", "shut-down-container", "start-container");
    }

    @Test
    void changedHostKeysGoToAPersonAndThoseThatWereApprovedAreAccepted() {
        learned(steps, true);
        ProcessInstance run = approved();
        assertRun(run).isWaitingAt("approve-host-keys").task().hasCandidateGroup("approvers");
        assertThat(called()).doesNotContain("install-docker");
        completeAs("approver", run, APPROVED);
        goOn(run);
        assertEnded(run, "container-provisioned", EndState.COMPLETED);
        assertThat(input("accept-host-keys", ContainerLearn.Input.class))
                .matches(input -> input.acceptFingerprints().equals("SHA256:new") && !input.onlyTell());
        assertThat(input("document-provision", RunDocument.Input.class).introduction())
                .contains("Recorded after all.");
    }

    @Test
    void anApprovedChangeOfAContainerThatIsGoneDoesNotMakeAnotherOne() {
        planned(true);
        ProcessInstance run = started();
        steps.fail("configure-container", () -> rejected("NotFound"));
        absent(steps);
        completeAs("approver", run, APPROVED);
        goOn(run);
        assertRun(run).isWaitingAt("approve-provision").hasNotPassed("create-container");
        assertThat(variable(run, "containerExists")).isEqualTo(false);
    }

    @Test
    void hostKeysThatAreRejectedAreNotAcceptedAndTheContainerIsNotLoggedInto() {
        learned(steps, true);
        ProcessInstance run = approved();
        completeAs("approver", run, REJECTED);
        goOn(run);
        assertEnded(run, "host-keys-rejected", EndState.REJECTED);
        assertThat(called()).doesNotContain("accept-host-keys", "install-docker");
    }

    // Boundary events

    @Test
    void hostKeysThatChangedOnceMoreAreAskedAboutAgain() {
        learned(steps, true);
        ProcessInstance run = approved();
        steps.fail("accept-host-keys", () -> rejected("HostKeyChanged"));
        completeAs("approver", run, APPROVED);
        goOn(run);
        assertRun(run).hasPassed("host-keys-changed-again").isWaitingAt("approve-host-keys");
        assertThat(variable(run, "keysProblem").toString()).contains("HostKeyChanged is why");
    }

    @Test
    void aSpecificationThatCannotBeReadIsRefused() {
        steps.fail("read-specification", () -> rejected("NotInInventory"));
        ProcessInstance run = started();
        assertEnded(run, "provision-refused", EndState.REJECTED);
        assertRun(run).hasPassed("specification-refused");
    }

    @Test
    void aNumberThatAnotherContainerHasIsRefused() {
        steps.fail("compare-container", () -> rejected("Conflict"));
        ProcessInstance run = started();
        assertEnded(run, "provision-refused", EndState.REJECTED);
        assertRun(run).hasPassed("plan-refused");
        assertThat(variable(run, "refusal").toString()).contains("Conflict is why");
    }

    @Test
    void aNumberThatSomebodyElseTookBetweenApprovalAndCreationIsRefusedAndNothingElseIsDone() {
        steps.fail("create-container", () -> rejected("Conflict"));
        ProcessInstance run = approved();
        assertEnded(run, "provision-refused", EndState.REJECTED);
        assertRun(run).hasPassed("creation-refused");
        assertThat(changed()).containsExactly("create-container");
    }

    @ParameterizedTest
    @ValueSource(strings = {"configure-container", "shut-down-container", "start-container", "learn-container"})
    void aContainerThatWasDestroyedMeanwhileIsComparedAndApprovedAnew(String activity) {
        configured(steps, true);
        steps.fail(activity, () -> rejected("NotFound"));
        ProcessInstance run = approved();
        assertRun(run).isWaitingAt("approve-provision");
        assertThat(variable(run, "goneProblem").toString()).contains("NotFound is why");
        int creations =
                (int) called().stream().filter("create-container"::equals).count();
        assertThat(creations).isEqualTo(1);

        script(steps);
        completeAs("approver", run, APPROVED);
        goOn(run);
        assertEnded(run, "container-provisioned", EndState.COMPLETED);
        assertThat(called().stream().filter("create-container"::equals)).hasSize(2);
    }

    /** What is found out too late for that is a decision, and says so. */
    @Test
    void aContainerThatIsGoneWhenDockerIsInstalledIsADecision() {
        steps.fail("install-docker", () -> rejected("NotProvisioned"));
        ProcessInstance run = started();
        completeAs("approver", run, APPROVED);
        goOnToFailure(run);
        assertThat(problem(run).getActivityId()).isEqualTo("install-docker");
    }

    // Inputs

    @ParameterizedTest
    @ValueSource(strings = {"new-1", "apps-01", "bare-01"})
    void onlyContainersThatTheInventorySpecifiesAreProvisioned(String container) {
        Map<String, Object> asked = new HashMap<>(ASKED);
        asked.put("container", container);
        assertThatThrownBy(() -> startAs("operator", RUNBOOK, asked))
                .hasMessageContaining("'container' is '" + container + "'")
                .hasMessageContaining("Allowed: new-01.");
        assertThat(steps.calls()).isEmpty();
    }

    /** The last: it looks at what all the others left in the history. */
    @Test
    @Order(Integer.MAX_VALUE)
    void everyFlowNodeWasPassedByThese() {
        assertAllPassed(RUNBOOK);
    }
}
