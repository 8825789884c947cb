/** Docker engines behind Unix sockets and TCP with mutual TLS: docker-java's commands over this application's HTTP clients. */
package io.muster.remote.docker;
