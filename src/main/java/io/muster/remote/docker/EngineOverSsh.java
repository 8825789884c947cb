package io.muster.remote.docker;

import io.muster.remote.CommandEnded;
import io.muster.remote.SshHosts;
import io.muster.remote.SshStreams;
import io.muster.remote.net.SocketSource;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.io.IOException;
import java.net.Socket;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Connections to a host's engine through {@code docker system dial-stdio} on its SSH connection, as docker's own client does. */
final class EngineOverSsh implements SocketSource {

    /** Of an inventory's endpoint: the engine's default socket, or {@code ssh:///path}. */
    static final String ENDPOINT = "ssh";

    private final SshStreams streams;
    private final SshHosts.Target target;
    private final String command;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

    EngineOverSsh(SshStreams streams, SshHosts.Target target, String endpoint) {
        this.streams = streams;
        this.target = target;
        String path = endpoint.replaceFirst("^ssh(://)?", "");
        this.command = path.isEmpty() ? "docker system dial-stdio" : "docker -H unix://" + path + " system dial-stdio";
    }

    @Override
    public Socket open() throws IOException {
        Socket socket = streams.open(target, command);
        sockets.add(socket);
        return socket;
    }

    @Override
    public boolean anyBroken() {
        return sockets.removeIf(Socket::isClosed);
    }

    /** What the client on the host said instead of connecting. */
    static StepFailure failure(String what, String engine, CommandEnded ended) {
        String said = ended.getMessage();
        String start = "Cannot " + what + ": `docker system dial-stdio` of " + engine + " ended: " + said + "; ";
        String lower = said.toLowerCase(Locale.ROOT);
        if (lower.contains("permission denied")) {
            return new StepFailure.Fatal(
                    Reason.PERMISSION_DENIED,
                    start
                            + "the user that Muster logs in as needs the engine's socket: add it to group `docker`, or use root.",
                    ended);
        }
        if (ended.isCommandMissing() || lower.contains("is not a docker command")) {
            return new StepFailure.Fatal(
                    EngineFailures.DOCKER_ERROR,
                    start + "install Docker's client on the host (18.09 or newer), or give a tcp:// endpoint.",
                    ended);
        }
        if (lower.contains("connect") || lower.contains("no such file")) {
            return new StepFailure.Transient(
                    Reason.HOST_UNREACHABLE, start + "check that the engine runs and which socket it has.", ended);
        }
        return new StepFailure.Transient(Reason.CONNECTION_LOST, start + "look at the engine's log.", ended);
    }
}
