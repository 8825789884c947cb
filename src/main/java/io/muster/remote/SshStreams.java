package io.muster.remote;

import java.io.IOException;
import java.net.Socket;

/** Byte streams to programs on hosts, over pooled SSH connections: what speaks a protocol on its standard streams. */
public interface SshStreams {

    /**
     * Starts a command and gives its standard streams the shape of a socket; closing it ends the command.
     *
     * @param command letters, digits, spaces and {@code -_./:=} only, so that any login shell reads it alike
     * @throws IOException when the command ended instead of answering, with what it said
     * @throws io.muster.step.StepFailure as {@link SshHosts#run} when the host cannot be reached or logged in to
     */
    Socket open(SshHosts.Target target, String command) throws IOException;
}
