package io.muster.steps.proxmox;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;

/** What a container's tags tell of the run that replaces it. They are the container's: who sees it sees them, and they outlive any server. */
record SwapTags(String run) {

    /** It ran until it was shut down for this. */
    String ran() {
        return run + "-ran";
    }

    /** It did not run when it was to be replaced. */
    String stopped() {
        return run + "-stopped";
    }

    /** Whether it is the one that was there, or its copy. */
    boolean original(JsonNode config) {
        return has(config, ran()) || has(config, stopped()) || has(config, putBack());
    }

    /** It was restored from the backup. */
    String restored() {
        return run + "-restored";
    }

    /** It was restored from the copy of what had been there. */
    String putBack() {
        return run + "-put-back";
    }

    /** Those of the text and this one, as the node takes them. */
    static String with(String tags, String tag) {
        Set<String> all = of(tags);
        all.add(tag);
        return String.join(";", all);
    }

    /** Those of the text that are not ours. */
    String without(String tags) {
        Set<String> all = of(tags);
        all.removeAll(Set.of(ran(), stopped(), restored(), putBack()));
        return String.join(";", all);
    }

    static boolean has(JsonNode config, String tag) {
        return has(config.path("tags").asText(), tag);
    }

    static boolean has(String tags, String tag) {
        return of(tags).contains(tag);
    }

    private static Set<String> of(String tags) {
        Set<String> all = new TreeSet<>(Arrays.asList(tags.strip().split("[;, ]+")));
        all.remove("");
        return all;
    }
}
