package io.muster.remote.ssh;

import io.muster.inventory.Inventory;
import io.muster.remote.NameResolver;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import net.schmizz.sshj.DefaultConfig;
import net.schmizz.sshj.SSHClient;
import net.schmizz.sshj.connection.channel.direct.DirectConnection;
import net.schmizz.sshj.transport.TransportException;
import net.schmizz.sshj.userauth.UserAuthException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

/** Opens connections: to an address, or through a jump host; only to pinned keys; within a time limit. */
@Component
final class SshConnector implements DisposableBean {

    private static final int CONNECT_SECONDS = 10;
    /** For all of it together, where the inventory says no other: a server that says nothing must not hold us. */
    private static final Duration OPEN = Duration.ofSeconds(30);

    private static final int SIGN_OF_LIFE_SECONDS = 3;

    private static final Logger LOG = LoggerFactory.getLogger(SshConnector.class);

    private final Credentials credentials;
    private final NameResolver names;
    private final Clock clock;
    private final DefaultConfig config = new DefaultConfig();
    private final ScheduledExecutorService watchdog = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "ssh-open-watchdog");
        thread.setDaemon(true);
        return thread;
    });

    SshConnector(Credentials credentials, NameResolver names, Clock clock) {
        this.credentials = credentials;
        this.names = names;
        this.clock = clock;
        // Certificates are judged by what the inventory pins; sshj would compare them with the resolved address.
        config.setVerifyHostKeyCertificates(false);
        config.setCipherFactories(PlatformGcm.before(config.getCipherFactories()));
    }

    /** @param jump gives a place on the jump host's connection, for routes that have one */
    SshConnection open(Inventory.Environment environment, Route route, Supplier<SshPool.Lease> jump) {
        if (route.jump().isEmpty()) {
            return open(environment, route, Optional.empty());
        }
        SshPool.Lease place = jump.get();
        try {
            return open(environment, route, Optional.of(place));
        } catch (StepFailure.Transient e) {
            if (place.connection().alive() && place.connection().answers(SIGN_OF_LIFE_SECONDS)) {
                throw e;
            }
            // The way there was dead, not the host: nothing was sent yet, so another way is tried once.
            place.discard();
            return open(environment, route, Optional.of(jump.get()));
        }
    }

    private SshConnection open(Inventory.Environment environment, Route route, Optional<SshPool.Lease> place) {
        try {
            SSHClient client = connect(environment, route, place);
            return new SshConnection(route, client, () -> place.ifPresent(SshPool.Lease::close), clock.instant());
        } catch (RuntimeException e) {
            place.ifPresent(SshPool.Lease::close);
            throw e;
        }
    }

    private SSHClient connect(Inventory.Environment environment, Route route, Optional<SshPool.Lease> jump) {
        List<String> addresses = jump.isPresent() ? List.of(route.ssh().address()) : addresses(environment, route);
        StepFailure last = null;
        for (String address : addresses) {
            try {
                return connect(route, address, jump);
            } catch (StepFailure.Transient e) {
                last = e;
            }
        }
        throw last;
    }

    /** Behind a jump host it is that host which looks the name up. */
    private List<String> addresses(Inventory.Environment environment, Route route) {
        try {
            return names.addresses(environment, route.ssh().address()).stream()
                    .map(InetAddress::getHostAddress)
                    .toList();
        } catch (StepFailure e) {
            throw new StepFailure.Transient(
                    Reason.HOST_UNREACHABLE, "Cannot connect to " + route + ": " + e.getMessage(), e);
        }
    }

    private SSHClient connect(Route route, String address, Optional<SshPool.Lease> jump) {
        SSHClient client = new SSHClient(config);
        Duration limit = route.ssh().loginTimeout().orElse(OPEN);
        int millis = (int) Math.min(limit.toMillis(), Integer.MAX_VALUE);
        PinnedHostKeys pins = new PinnedHostKeys(route, clock);
        client.addHostKeyVerifier(pins);
        client.setSocketFactory(NoDelaySocketFactory.INSTANCE);
        client.setConnectTimeout(Math.min(CONNECT_SECONDS * 1000, millis));
        client.getTransport().setTimeoutMs(millis);
        LoginPhase phase = new LoginPhase(client, pins, limit);
        ScheduledFuture<?> alarm = watchdog.schedule(
                () -> {
                    phase.stop();
                    discard(client);
                },
                millis,
                TimeUnit.MILLISECONDS);
        try {
            connect(client, route, address, jump, phase);
            client.auth(route.ssh().user(), credentials.of(route, client));
            return client;
        } catch (IOException e) {
            discard(client);
            throw pins.mismatch().orElseGet(() -> failure(route, e, phase));
        } catch (RuntimeException e) {
            discard(client);
            throw e;
        } finally {
            alarm.cancel(false);
        }
    }

    private static void connect(
            SSHClient client, Route route, String address, Optional<SshPool.Lease> jump, LoginPhase phase)
            throws IOException {
        if (jump.isEmpty()) {
            client.connect(address, route.ssh().port());
            return;
        }
        DirectConnection tunnel = jump.get()
                .connection()
                .client()
                .newDirectConnection(address, route.ssh().port());
        phase.tunnelled();
        client.connectVia(tunnel);
    }

    private static StepFailure failure(Route route, IOException e, LoginPhase phase) {
        if (e instanceof UserAuthException && phase.stopped().isEmpty() && !phase.gaveUp(e)) {
            return new StepFailure.Fatal(
                    Reason.AUTHENTICATION_FAILED,
                    route + " does not let " + route.ssh().user() + " in with " + Credentials.tried(route)
                            + "; check that the user exists there and accepts it (authorized_keys, sshd_config).",
                    e);
        }
        String why = phase.stopped().orElseGet(() -> phase.text() + ": " + Causes.text(e));
        String message = "Cannot connect to " + route + ": " + why
                + "; check that the host is up, that sshd listens there" + " and that the network lets us through.";
        boolean incompatible = e instanceof TransportException && why.contains("settlement");
        return incompatible
                ? new StepFailure.Fatal(Reason.HOST_UNREACHABLE, message, e)
                : new StepFailure.Transient(Reason.HOST_UNREACHABLE, message, e);
    }

    private static void discard(SSHClient client) {
        try {
            client.disconnect();
        } catch (IOException e) {
            LOG.debug("Closing a connection that was never made failed", e);
        }
    }

    @Override
    public void destroy() {
        watchdog.shutdownNow();
    }
}
