package io.muster.inventory;

import java.util.List;
import java.util.Optional;

/** What must hold for the data of a plan that is an LXC container as a whole: what cannot be is said here, not at night. */
final class VzdumpRules {

    private static final String REPLACE = "replace";

    private final Place environment;
    private final Place service;

    VzdumpRules(Place environment, Place service) {
        this.environment = environment;
        this.service = service;
    }

    void check(Place backup) {
        List<Place> guests = backup.items("data").stream()
                .filter(item ->
                        item.text("type").filter(DataItem.VZDUMP::equals).isPresent())
                .toList();
        guests.forEach(this::guest);
        if (!guests.isEmpty()) {
            backup.get("encryption")
                    .ifPresent(
                            encryption -> encryption.problemAtKey("does not reach data of type vzdump, which the node"
                                    + " writes by itself: its archive would lie in the clear. Take vzdump out of this plan, or the"
                                    + " encryption."));
        }
        boolean alone = guests.size() == backup.items("data").size();
        guests.stream()
                .filter(item -> alone && item.get("restore").isEmpty())
                .forEach(item ->
                        item.problemAtKey("is all that the plan has. Say restore: replace, and service-restore puts"
                                + " the whole container back, with everything in it, of other services too; or restore: by-hand,"
                                + " and a person does, with the step lxcRestore; or add data of another type."));
        guests.stream()
                .filter(item -> item.text("restore").filter(REPLACE::equals).isPresent())
                .forEach(item -> replaced(item, alone));
    }

    /** Two ways back for the same data would undo one another, and whoever has the backups cannot be brought back from them. */
    private void replaced(Place item, boolean alone) {
        if (!alone) {
            item.problemAtKey("is replaced as a whole by service-restore (restore: replace), so the plan has no data of"
                    + " another type beside it. Take that out, or say restore: by-hand.");
        }
        environment
                .get("backups")
                .flatMap(store -> store.text("host"))
                .filter(store -> host(item).equals(Optional.of(store)))
                .ifPresent(
                        store -> item.problemAtKey("is replaced as a whole by service-restore (restore: replace), and"
                                + " the backup store is on it: its manifests would go with it. Say restore: by-hand, or put the store"
                                + " on another host."));
    }

    private Optional<String> host(Place item) {
        return item.text("host").or(() -> service.text("container"));
    }

    private void guest(Place item) {
        Optional<String> name = host(item);
        Optional<Place> host = name.flatMap(wanted -> environment.get("hosts").flatMap(hosts -> hosts.get(wanted)));
        if (host.isPresent() && host.get().get("lxc").isEmpty()) {
            item.problemAtKey("data of type vzdump is an LXC container of a Proxmox VE node, and host '"
                    + Shown.text(name.orElseThrow())
                    + "' is none; give the host lxc: {node: …, vmid: …}, or name another.");
        }
    }
}
