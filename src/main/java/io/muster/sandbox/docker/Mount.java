package io.muster.sandbox.docker;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What a container sees of its host.
 *
 * @param name of the volume; empty for a bind mount
 * @param source a path of the host
 * @param anonymous whether the volume was made for this container alone
 */
record Mount(String name, String source, String target, boolean readOnly, boolean anonymous) {

    static Mount bind(String source, String target, boolean readOnly) {
        return new Mount("", source, target, readOnly, false);
    }

    boolean volume() {
        return !name.isEmpty();
    }

    ObjectNode json() {
        ObjectNode json = Json.object().put("Type", volume() ? "volume" : "bind");
        if (volume()) {
            json.put("Name", name).put("Driver", "local");
        }
        return json.put("Source", source)
                .put("Destination", target)
                .put("Mode", readOnly ? "ro" : "")
                .put("RW", !readOnly)
                .put("Propagation", volume() ? "" : "rprivate");
    }
}
