/**
 * The sandbox's name server: authoritative for its own zones on UDP and TCP, and for nothing else. It never asks another
 * server.
 */
package io.muster.sandbox.dns;
