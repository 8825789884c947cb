package io.muster.remote.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.muster.remote.SshHosts;
import io.muster.remote.Wired;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.sshd.server.auth.password.UserAuthPasswordFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Hosts that take connections and are slow, or silent, afterwards. */
@Timeout(60)
class SlowLoginTest {

    private final Wired wired = new Wired();

    @AfterEach
    void close() {
        wired.close();
    }

    private int run(Access access) {
        return wired.get(SshHosts.class)
                .run(access.target(), "exit 7", Map.of(), false, new Printed(), SshHostsContract.LONG, () -> false);
    }

    private StepFailure late(Access access) {
        wired.secrets.put("password", "any");
        long started = System.nanoTime();
        StepFailure failure = catchThrowableOfType(StepFailure.class, () -> run(access.password("password")));
        assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(20));
        assertThat(failure.reason()).as(failure.getMessage()).isEqualTo(Reason.HOST_UNREACHABLE);
        assertThat(failure.kind()).isEqualTo(StepFailure.Kind.TRANSIENT);
        return failure;
    }

    @Test
    void aServerThatSaysNothingIsGivenUpAtTheLimitOfTheInventory() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Access access = new Access(silent.getLocalPort(), "operator")
                    .hostKey(TestKeys.publicLine(TestKeys.ecdsa()))
                    .loginTimeout(Duration.ofSeconds(1));

            assertThat(late(access))
                    .hasMessageContaining("while exchanging keys, it did not finish within PT1S (`login-timeout`)");
        }
    }

    @Test
    void aServerThatThinksTooLongAboutALoginIsGivenUpThere() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        try (EmbeddedSshServer server = slow(end)) {
            assertThat(late(Access.to(server).loginTimeout(Duration.ofSeconds(2))))
                    .hasMessageContaining("while logging in, it did not finish within PT2S");
            end.countDown();
        }
    }

    @Test
    void aLimitThatIsLongEnoughLetsASlowLoginThrough() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        try (EmbeddedSshServer server = slow(end)) {
            wired.secrets.put("password", "any");
            Thread later = new Thread(() -> {
                org.awaitility.Awaitility.await()
                        .until(() -> server.server().getActiveSessions().size() == 1);
                end.countDown();
            });
            later.start();

            assertThat(run(Access.to(server).password("password").loginTimeout(Duration.ofMinutes(1))))
                    .isEqualTo(7);
            later.join();
        }
    }

    private static EmbeddedSshServer slow(CountDownLatch end) throws Exception {
        EmbeddedSshServer server = new EmbeddedSshServer();
        server.server().setUserAuthFactories(java.util.List.of(UserAuthPasswordFactory.INSTANCE));
        server.server().setPasswordAuthenticator((user, password, session) -> {
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return true;
        });
        return server;
    }
}
