package io.muster.remote;

import java.io.IOException;
import java.net.Socket;

/** TCP connections that a host makes for us, over a pooled SSH connection: they leave from where that host stands. */
public interface SshTunnels {

    /**
     * @param via the host that connects
     * @param address an address, or a name that this host looks up
     * @throws NotForwarded when the host makes no connections for others
     * @throws IOException when it could not connect, with what it said
     * @throws io.muster.step.StepFailure as {@link SshHosts#run} when the host cannot be reached or logged in to
     */
    Socket open(SshHosts.Target via, String address, int port) throws IOException;

    /** The SSH server forbids it. */
    final class NotForwarded extends IOException {
        public NotForwarded(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
