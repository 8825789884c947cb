/**
 * A small notebook service that the sandbox deploys, backs up, wipes and restores: notebooks, notes and tags as files on
 * a volume, over HTTP and HTTPS, with health and metrics.
 *
 * <p>It runs in a JVM of its own, in a container. Its classes are packed from the classpath into {@code notes.jar}, so
 * they may use the JDK and nothing else.
 */
package io.muster.sandbox.notes;
