package io.muster.remote.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.muster.inventory.Inventory;
import io.muster.inventory.SecretRef;
import io.muster.remote.HttpNetwork;
import io.muster.remote.ImageRegistries;
import io.muster.remote.net.TestAuthority;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What holds for every registry: with TLS of its own authority, and one user who may pull and push. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class RegistryContract {

    public static final String USER = "muster";
    public static final String PASSWORD = "correct horse";

    /** A registry that can be stopped and started again, with what is in it. */
    public interface Server extends AutoCloseable {

        /** {@code 127.0.0.1:5000} */
        String name();

        void start() throws Exception;
    }

    @TempDir
    static Path directory;

    private final TestAuthority authority = new TestAuthority("Authority of the registry");
    private HttpNetwork network;
    private Server server;
    private Push push;

    /** Started; its certificate is for 127.0.0.1. */
    protected abstract Server started(Path directory, TestAuthority authority) throws Exception;

    @BeforeAll
    void begin() throws Exception {
        server = started(directory, authority);
        network = new HttpNetwork(directory.resolve("network"));
        push = new Push(server.name(), authority);
    }

    @AfterAll
    void end() throws Exception {
        if (network != null) {
            network.close();
            server.close();
        }
    }

    @BeforeEach
    void known() {
        known(Optional.of(USER), PASSWORD, authority);
    }

    private void known(Optional<String> user, String password, TestAuthority trusted) {
        network.secrets.put("registry-password", password);
        network.registries.put(
                server.name(),
                new Inventory.Registry(
                        server.name(),
                        "https://" + server.name(),
                        user,
                        user.map(name -> new SecretRef("registry-password")),
                        List.of(trusted.pem())));
    }

    private String image(String repository) {
        return server.name() + "/" + repository;
    }

    private String digest(String repository, String reference) {
        return network.get(ImageRegistries.class).digest(network.environment(), image(repository), reference);
    }

    private List<String> tags(String repository) {
        return network.get(ImageRegistries.class).tags(network.environment(), image(repository));
    }

    private static StepFailure failure(ThrowingCallable call) {
        return catchThrowableOfType(StepFailure.class, call);
    }

    @Test
    void tagsComeFromTheOldestVersionToTheNewest() throws Exception {
        for (String tag : List.of("1.10.0", "1.9.0", "2.0.0-rc.1", "latest", "2.0.0")) {
            push.image("team/ordered", tag, tag);
        }
        assertThat(tags("team/ordered")).containsExactly("latest", "1.9.0", "1.10.0", "2.0.0-rc.1", "2.0.0");
    }

    @Test
    void aTagNamesTheDigestOfItsManifestAlsoAfterItWasMoved() throws Exception {
        String first = push.image("moved", "stable", "first");
        assertThat(digest("moved", "stable")).isEqualTo(first);
        assertThat(digest("moved", first)).isEqualTo(first);

        String second = push.image("moved", "stable", "second");
        assertThat(second).isNotEqualTo(first);
        assertThat(digest("moved", "stable")).isEqualTo(second);
        assertThat(digest("moved", first)).isEqualTo(first);
    }

    @Test
    void aTagOfAnIndexNamesTheIndexOfEitherKind() throws Exception {
        String oci = push.index("several", "oci", Push.OCI_INDEX, Push.OCI_MANIFEST);
        String docker = push.index("several", "docker", Push.DOCKER_LIST, Push.DOCKER_MANIFEST);

        assertThat(digest("several", "oci")).isEqualTo(oci);
        assertThat(digest("several", oci)).isEqualTo(oci);
        assertThat(digest("several", "docker")).isEqualTo(docker);
        assertThat(tags("several")).containsExactly("docker", "oci");
    }

    @Test
    void whatIsNotThereIsNamedWithWhatIs() throws Exception {
        push.image("small", "1.0.0", "one");
        push.image("small", "1.1.0", "two");

        StepFailure tag = failure(() -> digest("small", "9"));
        assertThat(tag).isInstanceOf(StepFailure.Rejected.class);
        assertThat(tag.reason()).isEqualTo(Reason.NOT_FOUND);
        assertThat(tag)
                .hasMessage("Image " + image("small") + " has no tag 9; newest: 1.1.0, 1.0.0. Give one of them.");

        StepFailure digest = failure(() -> digest("small", "sha256:" + "0".repeat(64)));
        assertThat(digest.reason()).isEqualTo(Reason.NOT_FOUND);
        assertThat(digest).hasMessageContaining("nothing with the digest sha256:000");

        for (StepFailure repository : List.of(failure(() -> digest("nothing", "1")), failure(() -> tags("nothing")))) {
            assertThat(repository).isInstanceOf(StepFailure.Rejected.class);
            assertThat(repository.reason()).isEqualTo(Reason.NOT_FOUND);
            assertThat(repository)
                    .hasMessageContaining("The registry " + server.name() + " has no repository nothing.");
        }
    }

    @Test
    void whoIsNotLetInIsToldWithoutThePassword() throws Exception {
        push.image("closed", "1", "one");
        known(Optional.of(USER), "wrong needle", authority);
        StepFailure wrong = failure(() -> digest("closed", "1"));
        assertThat(wrong).isInstanceOf(StepFailure.Fatal.class);
        assertThat(wrong.reason()).as(wrong.getMessage()).isEqualTo(Reason.AUTHENTICATION_FAILED);
        assertThat(wrong)
                .hasMessageContaining(server.name())
                .hasMessageContaining("to user " + USER)
                .hasMessageNotContaining("needle");

        known(Optional.empty(), "", authority);
        StepFailure nobody = failure(() -> tags("closed"));
        assertThat(nobody.reason()).isEqualTo(Reason.AUTHENTICATION_FAILED);
        assertThat(nobody).hasMessageContaining("Give `username` and `password`");
    }

    @Test
    void oneOfAnotherAuthorityIsNotAsked() {
        known(Optional.of(USER), PASSWORD, new TestAuthority("Another authority"));

        StepFailure failure = failure(() -> tags("any"));
        assertThat(failure).isInstanceOf(StepFailure.Rejected.class);
        assertThat(failure.reason()).isEqualTo(Reason.CERTIFICATE_UNTRUSTED);
    }

    @Test
    void oneThatIsDownIsTriedAgainAndThenHasWhatItHad() throws Exception {
        String pushed = push.image("lasting", "1", "one");
        server.close();
        try {
            StepFailure failure = failure(() -> digest("lasting", "1"));
            assertThat(failure).isInstanceOf(StepFailure.Transient.class);
            assertThat(failure.reason()).isEqualTo(Reason.HOST_UNREACHABLE);
            assertThat(failure).hasMessageContaining(server.name());
        } finally {
            server.start();
        }
        assertThat(digest("lasting", "1")).isEqualTo(pushed);
    }
}
