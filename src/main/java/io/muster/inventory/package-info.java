/**
 * What Muster may touch: environments, Proxmox nodes, hosts, services, and references to secrets. Read from YAML,
 * checked by a JSON Schema and for references, pinned by each run when it starts.
 */
package io.muster.inventory;
