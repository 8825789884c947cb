package io.muster.inventory;

import io.muster.inventory.Inventory.Port;
import java.util.ArrayList;
import java.util.List;

/** The ports that services publish on their containers' addresses. */
final class PublishedPorts {

    private final List<Published> all = new ArrayList<>();

    private record Published(String service, String container, Port port) {}

    void add(String service, String container, Place place) {
        place.text().ifPresent(text -> {
            Port port = Notation.port(text);
            if (!Notation.isPort(port.host()) || !Notation.isPort(port.container())) {
                place.problem("'" + Shown.text(text) + "' has a port outside 1 to 65535.");
                return;
            }
            Published published = new Published(service, container, port);
            all.stream()
                    .filter(other -> clash(other, published))
                    .findFirst()
                    .ifPresent(other -> report(place, published, other));
            all.add(published);
        });
    }

    private static boolean clash(Published a, Published b) {
        boolean sameAddress = a.port().address().isEmpty()
                || b.port().address().isEmpty()
                || a.port().address().equals(b.port().address());
        return a.container().equals(b.container())
                && a.port().host() == b.port().host()
                && sameAddress;
    }

    private static void report(Place place, Published published, Published other) {
        place.problem("port " + published.port().host() + " of container '" + Shown.text(published.container())
                + "' is published by service '" + Shown.text(other.service()) + "' already; choose another.");
    }
}
