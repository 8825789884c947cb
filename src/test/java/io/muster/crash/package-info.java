/**
 * The server as a process of its own, killed with SIGKILL at each point of a step and at random. The points are set from
 * outside, around the server's beans; nothing of it is in the server.
 */
package io.muster.crash;
