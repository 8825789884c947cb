package io.muster.steps.proxmox;

import io.muster.step.Field;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

/** An LXC container. */
public record LxcRef(
        @Field(
                        label = "Host",
                        description = "A host of the inventory that is an LXC container.",
                        example = "experimental-01")
                String host,
        @Field(label = "Node", description = "Where the inventory has no host for it: the Proxmox node.") String node,
        @Min(100) @Max(999_999_999) @Field(label = "Number", description = "With node: the container's vmid.")
                Integer vmid)
        implements GuestRef {
    public LxcRef {
        GuestRef.require(host, node, vmid);
    }
}
