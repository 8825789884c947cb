/**
 * Commands and files over SSH. Connections are pooled per route (host, credentials, jump hosts), accept pinned host keys
 * only, and speak one small protocol with a POSIX shell: the command line is a constant, everything else, scripts and
 * environment included, arrives on standard input and never shows in a process list.
 */
package io.muster.remote.ssh;
