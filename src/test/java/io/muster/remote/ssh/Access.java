package io.muster.remote.ssh;

import io.muster.inventory.Inventory;
import io.muster.inventory.SecretRef;
import io.muster.remote.SshHosts;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** How a test's host is reached, put together step by step. */
final class Access {

    private final int port;
    private final String user;
    private List<String> keys = List.of();
    private List<String> authorities = List.of();
    private Optional<String> principal = Optional.empty();
    private Optional<SecretRef> privateKey = Optional.empty();
    private Optional<SecretRef> password = Optional.empty();
    private Optional<SecretRef> sudoPassword = Optional.empty();
    private Optional<Inventory.Agent> agent = Optional.empty();
    private Optional<Duration> loginTimeout = Optional.empty();

    Access(int port, String user) {
        this.port = port;
        this.user = user;
    }

    static Access to(SshServer server) {
        return new Access(server.port(), server.user()).hostKey(server.hostKey());
    }

    /** In place of authorities. */
    Access hostKey(String line) {
        keys = List.of(line);
        authorities = List.of();
        return this;
    }

    /** In place of pinned keys. */
    Access authority(String line) {
        keys = List.of();
        authorities = List.of(line);
        return this;
    }

    Access principal(String name) {
        principal = Optional.of(name);
        return this;
    }

    Access key(String secret) {
        privateKey = Optional.of(new SecretRef(secret));
        return this;
    }

    Access password(String secret) {
        password = Optional.of(new SecretRef(secret));
        return this;
    }

    Access sudoPassword(String secret) {
        sudoPassword = Optional.of(new SecretRef(secret));
        return this;
    }

    Access agent(Optional<String> socket) {
        agent = Optional.of(new Inventory.Agent(socket));
        return this;
    }

    Access loginTimeout(Duration limit) {
        loginTimeout = Optional.of(limit);
        return this;
    }

    SshHosts.Target target() {
        return SshHostsContract.target(ssh());
    }

    Inventory.Ssh ssh() {
        return new Inventory.Ssh(
                "127.0.0.1",
                port,
                user,
                keys,
                privateKey,
                Optional.empty(),
                password,
                Optional.empty(),
                authorities,
                principal,
                agent,
                sudoPassword,
                loginTimeout,
                false);
    }
}
