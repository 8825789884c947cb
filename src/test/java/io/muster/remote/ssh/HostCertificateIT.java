package io.muster.remote.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.muster.remote.SshHosts;
import io.muster.remote.Wired;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates made by ssh-keygen, shown by a real sshd. */
class HostCertificateIT {

    private static final String HOUR = "-1h:+1h";

    @TempDir
    Path directory;

    private final Wired wired = new Wired();
    private Path authority;
    private Path hostKey;
    private SshServer server;

    @BeforeEach
    void keys() throws Exception {
        assumeTrue(
                Files.isExecutable(OpenSshServer.BINARY),
                "OpenSSH's server is not installed; `apt-get install openssh-server` lets this test run");
        authority = Tool.key(directory.resolve("authority"));
        hostKey = Tool.key(directory.resolve("certified"));
    }

    @AfterEach
    void stop() throws Exception {
        wired.close();
        if (server != null) {
            server.close();
        }
    }

    private static String line(Path key) throws Exception {
        return Files.readString(Path.of(key + ".pub")).strip();
    }

    private void serve(String kind, String principals, String validity) throws Exception {
        List<String> sign = new ArrayList<>(
                List.of("ssh-keygen", "-q", "-s", authority.toString(), "-I", "a host", "-V", validity));
        if (!kind.isEmpty()) {
            sign.add(kind);
        }
        if (!principals.isEmpty()) {
            sign.addAll(List.of("-n", principals));
        }
        sign.add(hostKey + ".pub");
        Tool.run(sign.toArray(String[]::new));
        server = new OpenSshServer(
                directory, "HostKey " + hostKey, "HostCertificate " + directory.resolve("certified-cert.pub"));
        wired.secrets.put("key", server.privateKey());
    }

    private Access access() throws Exception {
        return Access.to(server).key("key").authority(line(authority));
    }

    private int run(Access access) {
        return wired.get(SshHosts.class)
                .run(access.target(), "exit 7", Map.of(), false, new Printed(), SshHostsContract.LONG, () -> false);
    }

    private StepFailure refused(Access access) {
        StepFailure failure = catchThrowableOfType(StepFailure.class, () -> run(access));
        assertThat(failure.reason()).as(failure.getMessage()).isEqualTo(Reason.HOST_KEY_MISMATCH);
        assertThat(failure.kind()).isEqualTo(StepFailure.Kind.FATAL);
        return failure;
    }

    @Test
    void acceptsACertificateOfThePinnedAuthorityForTheAddress() throws Exception {
        serve("-h", "127.0.0.1,apps-01.example.com", HOUR);

        assertThat(run(access())).isEqualTo(7);
        assertThat(run(access().principal("apps-01.example.com"))).isEqualTo(7);
    }

    @Test
    void refusesAnotherName() throws Exception {
        serve("-h", "apps-02.example.com", HOUR);

        assertThat(refused(access())).hasMessageContaining("it is for apps-02.example.com, and not for 127.0.0.1");
    }

    @Test
    void refusesACertificateForNoNameAtAll() throws Exception {
        serve("-h", "", HOUR);

        assertThat(refused(access())).hasMessageContaining("it is for no name at all");
    }

    @Test
    void refusesAnExpiredOne() throws Exception {
        serve("-h", "127.0.0.1", "-2h:-1h");

        assertThat(refused(access())).hasMessageContaining("it expired at ");
    }

    @Test
    void refusesOneThatIsNotValidYet() throws Exception {
        serve("-h", "127.0.0.1", "+1h:+2h");

        assertThat(refused(access())).hasMessageContaining("it is valid from ");
    }

    @Test
    void refusesAnotherAuthority() throws Exception {
        serve("-h", "127.0.0.1", HOUR);
        Path other = Tool.key(directory.resolve("another-authority"));

        assertThat(refused(access().authority(line(other))))
                .hasMessageContaining("it was signed by ssh-ed25519 SHA256:");
    }

    @Test
    void refusesACertificateForUsers() throws Exception {
        serve("", "127.0.0.1", HOUR);

        assertThat(refused(access())).hasMessageContaining("it is a certificate for users, not for hosts");
    }

    @Test
    void refusesAPlainKeyWhereACertificateIsWanted() throws Exception {
        server = new OpenSshServer(directory);
        wired.secrets.put("key", server.privateKey());

        assertThat(refused(access()))
                .hasMessageContaining("is ecdsa-sha2-nistp256 SHA256:")
                .hasMessageContaining("but the inventory pins certificates of ssh-ed25519 SHA256:");
    }

    @Test
    void aPinnedKeyNeedsNoCertificate() throws Exception {
        serve("-h", "somewhere.else", "-2h:-1h");

        assertThat(run(access().hostKey(line(hostKey)))).isEqualTo(7);
    }
}
