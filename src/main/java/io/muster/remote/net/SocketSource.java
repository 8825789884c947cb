package io.muster.remote.net;

import java.io.IOException;
import java.net.Socket;

/** Where the connections of an HTTP client come from, when it is not TCP. */
public interface SocketSource {

    /** A connected socket. */
    Socket open() throws IOException;

    /** Whether one that was opened has ended since the last time that this was asked, other than by its user. */
    boolean anyBroken();
}
