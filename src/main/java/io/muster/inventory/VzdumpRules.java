package io.muster.inventory;

import java.util.List;
import java.util.Optional;

/** What must hold for the data of a plan that is an LXC container as a whole: what cannot be is said here, not at night. */
final class VzdumpRules {

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
                .forEach(item -> item.problemAtKey("is all that the plan has, and service-restore does not put a whole"
                        + " container back (it would replace everything in it, of other services too). Add data of another"
                        + " type, or say restore: by-hand: then backups and restore tests are Muster's, and a restore is a"
                        + " person's, with the step lxcRestore."));
    }

    private void guest(Place item) {
        Optional<String> name = item.text("host").or(() -> service.text("container"));
        Optional<Place> host = name.flatMap(wanted -> environment.get("hosts").flatMap(hosts -> hosts.get(wanted)));
        if (host.isPresent() && host.get().get("lxc").isEmpty()) {
            item.problemAtKey("data of type vzdump is an LXC container of a Proxmox VE node, and host '"
                    + Shown.text(name.orElseThrow())
                    + "' is none; give the host lxc: {node: …, vmid: …}, or name another.");
        }
    }
}
