package io.muster.remote.ssh;

import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import net.schmizz.sshj.SSHClient;

/** How far a login has come: what a failure must tell, since each phase has causes of its own. */
final class LoginPhase {

    private final SSHClient client;
    private final PinnedHostKeys pins;
    private final Duration limit;
    private volatile boolean tunnelled;
    private volatile Optional<String> stopped = Optional.empty();

    LoginPhase(SSHClient client, PinnedHostKeys pins, Duration limit) {
        this.client = client;
        this.pins = pins;
        this.limit = limit;
    }

    /** The limit has passed. */
    void stop() {
        stopped = Optional.of(beyond());
    }

    /** What was not done in time, if that is why it failed. */
    Optional<String> stopped() {
        return stopped;
    }

    /** Whether a wait of sshj's own, which is as long as ours, ended first. */
    boolean gaveUp(Throwable error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof TimeoutException) {
                stop();
                return true;
            }
        }
        return false;
    }

    String text() {
        if (pins.accepted()) {
            return "while logging in";
        }
        boolean connected = tunnelled
                || Optional.ofNullable(client.getSocket())
                        .filter(Socket::isConnected)
                        .isPresent();
        return connected ? "while exchanging keys" : "while connecting";
    }

    /** The way through the jump host is open. */
    void tunnelled() {
        tunnelled = true;
    }

    private String beyond() {
        return text() + ", it did not finish within " + limit + " (`login-timeout`)";
    }
}
