package io.muster.steps;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.step.AfterCrash;
import io.muster.step.InputBinder;
import io.muster.step.StepCatalogue;
import io.muster.step.StepDescriptor;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A step that changes something and says that it may be repeated names the test that proves it. */
class RepeatTest {

    private static final String SANDBOX = "io.muster.steps.SandboxStepsTest#";
    private static final String LXC = "io.muster.steps.proxmox.";
    private static final String DOCKER = "io.muster.steps.docker.DockerContainersTest#";

    private static final String VOLUMES = "io.muster.steps.volume.VolumeStateTest#";

    private static final String CONTAINER = "io.muster.steps.provision.ContainerStepsTest#"
            + "aContainerIsMadeLearnedPreparedAndFoundReadyAndThenNothingChanges";

    private static final Map<String, String> PROOFS = Map.ofEntries(
            Map.entry("dockerPull", DOCKER + "pullsWhatIsNotThereAndOnlyOnce"),
            Map.entry("dockerStop", DOCKER + "stopsOnceAndSaysTheExitCode"),
            Map.entry("dockerRemove", DOCKER + "removesAStoppedContainerOnce"),
            Map.entry("lxcStart", SANDBOX + "anLxcContainerIsStoppedAndStartedOnce"),
            Map.entry("lxcConfigure", LXC + "LxcConfigureTest#whatDiffersIsChangedAndListedAndTwiceEqualsOnce"),
            Map.entry("lxcDestroy", LXC + "LxcDestroyTest#itIsRemovedWithItsFilesAndOnlyOnce"),
            Map.entry("lxcResize", LXC + "LxcStateTest#aVolumeGrowsOnceAndDoesNotShrink"),
            Map.entry("lxcShutdown", LXC + "LxcStateTest#itIsShutDownOnce"),
            Map.entry(
                    "lxcSnapshotRemove", LXC + "LxcSnapshotTest#aSnapshotIsRemovedOnceAndAMissingOneIsNotRolledBackTo"),
            Map.entry("lxcStop", SANDBOX + "anLxcContainerIsStoppedAndStartedOnce"),
            Map.entry("metricsTargetRegister", SANDBOX + "aTargetIsPlannedRegisteredScrapedChangedAndRemoved"),
            Map.entry("metricsTargetRemove", SANDBOX + "aTargetIsPlannedRegisteredScrapedChangedAndRemoved"),
            Map.entry("sshUpload", SANDBOX + "aFileGoesUpAsItIsAndTwiceEqualsOnce"),
            Map.entry("volumeRecord", VOLUMES + "whatMayBeWrittenIsRecordedAndTwiceEqualsOnce"),
            Map.entry(
                    "volumeRemove",
                    "io.muster.steps.volume.ArchiveTest#dataIsRemovedOnlyWithTheArchiveThatWasVerified"),
            Map.entry(
                    "serviceRetire",
                    "io.muster.steps.service.ServiceRetireTest#aRetirementIsRecordedOnceWithWhereTheDataIs"),
            Map.entry(
                    "volumeDiscard",
                    "io.muster.steps.volume.VolumeCopyTest#theOldCopyIsRemovedOnlyWhileItIsWhatWasCopied"),
            Map.entry(
                    "servicePromote",
                    "io.muster.steps.service.PromotionStepsTest#aPromotionIsRecordedOnceWithHowTheFileIsMadeToSayIt"),
            Map.entry(
                    "backupPrune",
                    "io.muster.steps.backup.BackupTest#whatIsBeyondItsRetentionIsRemovedAndNeverTheLastVerifiedOne"),
            Map.entry("dockerStart", DOCKER + "startsWhatIsStoppedOnce"),
            Map.entry(
                    "restoreUndo", "io.muster.steps.backup.RestoreTest#anInterruptedRestoreGoesOnOrIsTakenBack"),
            Map.entry(
                    "restoreFinish", "io.muster.steps.backup.RestoreTest#anInterruptedRestoreGoesOnOrIsTakenBack"),
            Map.entry("dockerInstall", CONTAINER),
            Map.entry("storagePrepare", CONTAINER),
            // At least once by its description: the receiver can tell by the id.
            Map.entry("webhook", "io.muster.steps.message.WebhookTest#sendingAgainUsesTheSameId"));

    @Test
    void everyStepThatChangesAndMayBeRepeatedHasAProof() {
        assertThat(StepCatalogue.described("io.muster.steps", new InputBinder()).all().stream()
                        .filter(StepDescriptor::changes)
                        .filter(step -> step.afterCrash() == AfterCrash.REPEAT)
                        .map(StepDescriptor::name))
                .as("steps that change something and are REPEAT: name a test that runs each twice")
                .containsExactlyInAnyOrderElementsOf(PROOFS.keySet());
    }

    static java.util.Collection<String> proofs() {
        return PROOFS.values();
    }

    @ParameterizedTest
    @MethodSource("proofs")
    void aProofIsATest(String proof) throws ClassNotFoundException {
        String[] parts = proof.split("#");
        assertThat(Arrays.stream(Class.forName(parts[0]).getDeclaredMethods())
                        .filter(method -> method.isAnnotationPresent(Test.class))
                        .map(java.lang.reflect.Method::getName))
                .contains(parts[1]);
    }
}
