/** LXC containers through the Proxmox VE API. */
package io.muster.steps.proxmox;
