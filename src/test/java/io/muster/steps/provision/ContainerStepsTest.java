package io.muster.steps.provision;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.remote.ObservedHosts;
import io.muster.remote.ObservedHosts.Container;
import io.muster.remote.ObservedHosts.Observation;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepFailure;
import io.muster.steps.Bench;
import io.muster.steps.SandboxBench;
import io.muster.steps.TwiceEqualsOnce;
import io.muster.steps.proxmox.LxcCreate;
import io.muster.steps.proxmox.LxcDestroy;
import io.muster.steps.proxmox.LxcPlan;
import io.muster.steps.proxmox.LxcStart;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A container that is not there at first, made and looked at with the steps of its runbook, in the sandbox. */
class ContainerStepsTest {

    private static final String HOST = "experimental-02";
    private static final Container CONTAINER = new Container("proxima", 104);

    private static final Map<String, String> STORAGE =
            Map.of("host", HOST, "directories", "/srv/persistent/notes", "mode", "750");

    @TempDir
    static Path directory;

    private static SandboxBench sandbox;
    private static Bench bench;

    @BeforeAll
    static void begin() throws IOException {
        sandbox = new SandboxBench(directory);
        bench = sandbox.bench;
    }

    @AfterAll
    static void end() {
        sandbox.close();
    }

    @Test
    void storageThatWouldGoWithTheContainerIsRefusedAndAHostWithoutSpecificationToo() {
        StepFailure elsewhere = bench.failure(
                StoragePrepare.class,
                Map.of("host", "core-01", "directories", "/srv/persistent/a\n/srv/persistent/../b\n/tmp/c"));
        assertThat(elsewhere.reason()).isEqualTo(Reason.INVALID_INPUT);
        assertThat(elsewhere)
                .hasMessageContaining("/srv/persistent/../b, /tmp/c")
                .hasMessageNotContaining("/srv/persistent/a");
        assertThat(sandbox.inside("core-01", "/srv/persistent/a")).doesNotExist();
        StepFailure unspecified = bench.failure(ContainerSpecification.class, Map.of("host", "core-01"));
        assertThat(unspecified.reason()).isEqualTo(Reason.NOT_IN_INVENTORY);
        assertThat(unspecified).hasMessageContaining("'core-01' has no `container`");
    }

    @Test
    @TwiceEqualsOnce(again = "storagePrepare")
    void aContainerIsMadeLearnedPreparedAndFoundReadyAndThenNothingChanges() {
        Map<String, String> wanted = wanted();
        assertThat(specification().sshPublicKeys())
                .matches("ssh-ed25519 [A-Za-z0-9+/=]+|ssh-rsa [A-Za-z0-9+/=]+|ecdsa\\S+ [A-Za-z0-9+/=]+");
        assertThat(specification().sshFingerprints()).contains(" SHA256:");
        LxcPlan.Output plan = bench.run(LxcPlan.class, wanted);
        assertThat(plan.exists()).isFalse();
        assertThat(plan.changes()).singleElement().asString().contains("104", "will be created");

        Map<String, String> creation = new HashMap<>(wanted);
        creation.remove("protection");
        creation.put("template", specification().template());
        creation.put("storage", "local");
        creation.put("sshPublicKeys", specification().sshPublicKeys());
        assertThat(bench.run(LxcCreate.class, creation).changed()).isTrue();
        assertThat(on(LxcStart.class).changed()).isTrue();

        whatNeedsItsHostKeyWaitsAndWhatATlsCertificatePinsDoesNot();
        ContainerLearn.Output learned = bench.run(ContainerLearn.class, Map.of("host", HOST, "created", "true"));
        assertThat(learned.changed()).isTrue();
        assertThat(learned.address()).endsWith(".1.4");
        assertThat(learned.fingerprints()).startsWith("ssh-ed25519 SHA256:");
        dockerIsThere();
        StoragePrepare.Output storage = bench.run(StoragePrepare.class, STORAGE);
        assertThat(storage.changes())
                .containsExactly("created /srv/persistent/notes", "mode of /srv/persistent/notes: 750");
        assertThat(bench.run(StoragePrepare.class, STORAGE).changed()).isFalse();
        ContainerCheck.Output check = on(ContainerCheck.class);
        assertThat(check.problems()).isEmpty();
        assertThat(check.ready()).isTrue();

        assertThat(bench.run(LxcPlan.class, wanted).changes()).isEmpty();
        assertThat(on(ContainerLearn.class).changed()).isFalse();
        dockerIsThere();
        assertThat(bench.run(StoragePrepare.class, STORAGE).changed()).isFalse();
        otherKeysAreForAPersonToDecide(learned);
        bench.run(LxcDestroy.class, Map.of("host", HOST, "expectedHostname", HOST, "force", "true"));
        assertThat(bench.run(LxcPlan.class, wanted).exists()).isFalse();
    }

    /** The engine's address is in the inventory and its certificate is pinned there, so nothing has to be learned for it. */
    private static void whatNeedsItsHostKeyWaitsAndWhatATlsCertificatePinsDoesNot() {
        dockerIsThere();
        assertThat(bench.failure(StoragePrepare.class, STORAGE).reason()).isEqualTo(Reason.NOT_PROVISIONED);
        assertThat(bench.run(ContainerCheck.class, Map.of("host", HOST, "onlyTell", "true"))
                        .problems())
                .containsExactly("its address and host keys are not known yet");
        StepFailure failure = bench.failure(ContainerCheck.class, Map.of("host", HOST));
        assertThat(failure.reason()).isEqualTo(Reason.CHECK_FAILED);
        assertThat(failure).hasMessageContaining(HOST + " is not ready");
    }

    private static void dockerIsThere() {
        DockerInstall.Output docker = bench.run(DockerInstall.class, Map.of("host", HOST, "within", "PT10S"));
        assertThat(docker.changed()).isFalse();
        assertThat(docker.version()).isNotEmpty();
        assertThat(docker.summary()).startsWith("Docker " + docker.version() + " answers at tcp://");
    }

    private static void otherKeysAreForAPersonToDecide(ContainerLearn.Output learned) {
        List<String> others = bench.hosts.get("core-01").ssh().hostKeys();
        bench.get(ObservedHosts.class)
                .learned(
                        Bench.ENVIRONMENT,
                        HOST,
                        CONTAINER,
                        new Observation(learned.address(), others, Optional.empty()));
        StepFailure failure = bench.failure(ContainerLearn.class, Map.of("host", HOST));
        assertThat(failure.reason()).isEqualTo(ContainerLearn.HOST_KEY_CHANGED);
        ContainerCheck.Output told = bench.run(ContainerCheck.class, Map.of("host", HOST, "onlyTell", "true"));
        assertThat(told.problems()).singleElement().asString().contains("its host keys are", "are known");
        ContainerLearn.Output changed = bench.run(ContainerLearn.class, Map.of("host", HOST, "onlyTell", "true"));
        assertThat(changed.keysChanged()).isTrue();
        assertThat(changed.changed()).isFalse();
        assertThat(changed.summary()).contains(learned.fingerprints(), "Nothing was recorded");
        assertThat(bench.failure(
                                ContainerLearn.class,
                                Map.of("host", HOST, "acceptFingerprints", "ssh-ed25519 SHA256:x"))
                        .reason())
                .isEqualTo(ContainerLearn.HOST_KEY_CHANGED);
        assertThat(bench.run(ContainerLearn.class, Map.of("host", HOST, "acceptFingerprints", changed.fingerprints()))
                        .hostKeys())
                .isEqualTo(learned.hostKeys());
        assertThat(on(ContainerLearn.class).changed()).isFalse();
    }

    private static ContainerSpecification.Output specification() {
        return on(ContainerSpecification.class);
    }

    private static Map<String, String> wanted() {
        ContainerSpecification.Output spec = specification();
        Map<String, String> wanted = new HashMap<>();
        wanted.put("host", HOST);
        wanted.put("hostname", spec.hostname());
        wanted.put("rootfsSize", Integer.toString(spec.rootfsSize()));
        wanted.put("cores", Integer.toString(spec.cores()));
        wanted.put("memory", Integer.toString(spec.memory()));
        wanted.put("swap", Integer.toString(spec.swap()));
        wanted.put("unprivileged", Boolean.toString(spec.unprivileged()));
        wanted.put("features", String.join("\n", spec.features()));
        wanted.put("network", spec.network());
        spec.mounts().forEach((name, mount) -> wanted.merge("mounts", name + "=" + mount, (a, b) -> a + "\n" + b));
        wanted.put("onboot", Boolean.toString(spec.onboot()));
        wanted.put("tags", String.join("\n", spec.tags()));
        return wanted;
    }

    private static <O extends Record> O on(Class<? extends Step<?, O>> step) {
        return bench.run(step, Map.of("host", HOST));
    }
}
