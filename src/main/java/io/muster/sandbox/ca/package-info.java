/**
 * The sandbox's certificate authority: one root per sandbox directory, which signs the certificates of every front and of
 * the clients that must show one. It knows nothing of the other parts.
 */
package io.muster.sandbox.ca;
