package io.muster.remote.net;

import com.github.dockerjava.transport.UnixSocket;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Unix sockets in the shape of {@link Socket}. */
final class UnixSockets {

    static SocketSource at(String path) {
        return new SocketSource() {
            @Override
            public Socket open() throws IOException {
                return UnixSockets.open(path);
            }

            /** A server on this machine does not close what it has answered on. */
            @Override
            public boolean anyBroken() {
                return false;
            }
        };
    }

    private static Socket open(String path) throws IOException {
        if (!Files.exists(Path.of(path))) {
            throw new ConnectException("there is no socket " + path);
        }
        if (!Files.isWritable(Path.of(path))) {
            throw new AccessDeniedException(path);
        }
        return UnixSocket.get(path);
    }

    private UnixSockets() {}
}
