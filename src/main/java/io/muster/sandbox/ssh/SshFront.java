package io.muster.sandbox.ssh;

import io.muster.sandbox.HostFaults;
import io.muster.sandbox.HostFaults.Fault;
import io.muster.sandbox.SandboxHost;
import io.muster.sandbox.SandboxNetwork;
import io.muster.sandbox.SandboxService;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.net.SshdSocketAddress;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.auth.pubkey.UserAuthPublicKeyFactory;
import org.apache.sshd.server.command.Command;
import org.apache.sshd.server.forward.StaticDecisionForwardingFilter;
import org.apache.sshd.sftp.server.SftpSubsystemFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The SSH server of one host; only {@code root}, and only with the sandbox's key. */
public final class SshFront implements SandboxService {

    private static final Logger log = LoggerFactory.getLogger(SshFront.class);
    private static final String USER = "root";

    private final SandboxHost host;
    private final KeyPair hostKey;
    private final PublicKey clientKey;
    private final HostFaults faults;
    private final ExecutorService threads;
    private Optional<SshServer> server = Optional.empty();

    public SshFront(SandboxHost host, KeyPair hostKey, PublicKey clientKey) {
        this.host = host;
        this.hostKey = hostKey;
        this.clientKey = clientKey;
        this.faults = host.faults();
        this.threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "sandbox-ssh-" + host.name());
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public synchronized void start() {
        if (!faults.active(Fault.SSH_REFUSE)) {
            listen();
        }
    }

    @Override
    public synchronized void refresh() {
        boolean refuse = faults.active(Fault.SSH_REFUSE);
        if (refuse && server.isPresent()) {
            shut();
        } else if (!refuse && server.isEmpty()) {
            listen();
        }
        if (faults.taken(Fault.SSH_DROP)) {
            server.ifPresent(running -> running.getActiveSessions().forEach(session -> session.close(true)));
        }
    }

    @Override
    public synchronized void close() {
        shut();
        threads.shutdown();
    }

    private void listen() {
        SshServer made = configured();
        try {
            made.start();
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "The SSH server of host " + host.name() + " cannot listen on " + host.address()
                            + ":" + SandboxNetwork.SSH_PORT + " (" + e.getMessage()
                            + "). Another sandbox probably uses the same network: stop it, or give this one another.",
                    e);
        }
        server = Optional.of(made);
    }

    private void shut() {
        server.ifPresent(running -> {
            try {
                running.stop(true);
            } catch (IOException e) {
                log.warn("The SSH server of host {} did not stop cleanly", host.name(), e);
            }
        });
        server = Optional.empty();
    }

    private SshServer configured() {
        SshServer sshd = SshServer.setUpDefaultServer();
        sshd.setHost(host.address());
        sshd.setPort(SandboxNetwork.SSH_PORT);
        sshd.setNioWorkers(2);
        sshd.setKeyPairProvider(KeyPairProvider.wrap(hostKey));
        sshd.setUserAuthFactories(List.of(UserAuthPublicKeyFactory.INSTANCE));
        sshd.setPublickeyAuthenticator(
                (user, key, session) -> USER.equals(user) && KeyUtils.compareKeys(key, clientKey));
        sshd.setCommandFactory((channel, command) -> command(Optional.of(command)));
        sshd.setShellFactory(channel -> command(Optional.empty()));
        sshd.setFileSystemFactory(new JailFileSystems(host.jail()));
        sshd.setSubsystemFactories(List.of(new SftpSubsystemFactory.Builder().build()));
        sshd.setForwardingFilter(new LoopbackForwarding());
        CoreModuleProperties.TCP_NODELAY.set(sshd, true);
        // As OpenSSH: a command that says nothing for long is no reason to hang up.
        CoreModuleProperties.IDLE_TIMEOUT.set(sshd, Duration.ZERO);
        CoreModuleProperties.NIO2_READ_TIMEOUT.set(sshd, Duration.ZERO);
        return sshd;
    }

    private Command command(Optional<String> text) {
        return new JailCommand(host.jail(), text, faults::commandDelay, threads);
    }

    /** Jump hosts: connections to elsewhere in the sandbox only, none towards the client. */
    private static final class LoopbackForwarding extends StaticDecisionForwardingFilter {
        LoopbackForwarding() {
            super(false);
        }

        @Override
        public boolean canConnect(Type type, SshdSocketAddress address, Session session) {
            return address.getHostName().startsWith("127.");
        }
    }
}
