/**
 * A front that speaks the Docker Engine API (1.24 to 1.47) on behalf of a sandbox host; its containers are jails nested in
 * the host's.
 *
 * <p>What is real: images with verified layers, processes, files, volumes, exit codes, health checks, restart policies,
 * published ports, logs. What is not: memory and CPU limits are recorded and reported but not enforced (there are no
 * control groups without root), the root file system is never read-only, users inside are always root, and {@code /usr}
 * is the machine's own, so an image brings files but no system.
 */
package io.muster.sandbox.docker;
