/**
 * An image registry (Docker Registry HTTP API v2) with the sandbox's images, and the making of those images.
 *
 * <p>Content is addressed by digest and kept in files; the same classes give the same digests at each start.
 */
package io.muster.sandbox.registry;
