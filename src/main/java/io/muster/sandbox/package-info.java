/**
 * The rehearsal environment: hosts that are Linux namespaces, behind the real protocols (SSH here; the Docker engine
 * API, the Proxmox API, DNS and Prometheus in the sub-packages).
 *
 * <p>It is reached only through its protocols and depends on nothing of Muster, so that it can stand beside production.
 */
package io.muster.sandbox;
