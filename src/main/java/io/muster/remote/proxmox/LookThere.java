package io.muster.remote.proxmox;

import io.muster.inventory.Inventory;

/** The advice for when it is not known whether a change was made. */
final class LookThere {

    static String advice(Inventory.Node node, String user) {
        return "Whether it was done is not known. Look at the task list of node " + node.node() + " for tasks of "
                + user + " since then, and at what was to be changed, before you decide to do it again.";
    }

    private LookThere() {}
}
