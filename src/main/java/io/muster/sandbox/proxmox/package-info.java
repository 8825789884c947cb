/**
 * The subset of the Proxmox VE REST API that steps use, as a real server answers it: one class a resource behind a router,
 * asynchronous tasks that outlive the server, and permissions. What runs the containers stands behind
 * {@link io.muster.sandbox.proxmox.ContainerBackend}.
 */
package io.muster.sandbox.proxmox;
