/** The Proxmox VE API with a token: calls, what its refusals mean, and tasks followed to their end. */
package io.muster.remote.proxmox;
