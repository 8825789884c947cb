package io.muster.sandbox.docker;

/** Which ports of the host the engine's containers hold. */
interface PortTable {
    boolean taken(int port);
}
