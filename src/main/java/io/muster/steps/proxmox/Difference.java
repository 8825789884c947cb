package io.muster.steps.proxmox;

import java.util.List;

/**
 * An option that is not as it shall be.
 *
 * @param from empty where it is not set
 */
record Difference(String option, String from, String to) {

    static List<String> texts(List<Difference> differences) {
        return differences.stream().map(Difference::toString).toList();
    }

    @Override
    public String toString() {
        return option + ": " + (from.isEmpty() ? "(not set)" : from.strip()) + " -> " + to.strip();
    }
}
