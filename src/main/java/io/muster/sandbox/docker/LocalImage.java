package io.muster.sandbox.docker;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Set;

/**
 * An image of this engine.
 *
 * @param id the digest of its config blob
 * @param layers digests, the lowest first
 * @param size of the layers, in bytes
 * @param description the config blob
 */
record LocalImage(
        String id, List<String> layers, long size, ObjectNode description, Set<String> tags, Set<String> digests) {

    ObjectNode config() {
        return Json.objectAt(description, "config");
    }

    boolean named(String reference) {
        return tags.contains(reference) || digests.contains(reference);
    }

    LocalImage with(Set<String> newTags, Set<String> newDigests) {
        return new LocalImage(id, layers, size, description, Set.copyOf(newTags), Set.copyOf(newDigests));
    }
}
