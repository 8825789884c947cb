package io.muster.steps;

import io.muster.inventory.DataItem;
import io.muster.inventory.Inventory;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Directories and volumes of services on one host, by whatever name and in whatever environment the inventory has it. */
public final class SharedPlaces {

    private SharedPlaces() {}

    /**
     * @param path normalized
     * @param read whether it is only read
     */
    public record Place(Inventory.Environment environment, String host, Path path, boolean read) {

        /** One is the other, or in it. What is watched from above, as by whoever measures a whole host, is no data of the watcher. */
        public boolean touches(Place theirs) {
            boolean watched = theirs.read && !theirs.path.startsWith(path);
            return (path.startsWith(theirs.path) || theirs.path.startsWith(path)) && !watched && sameHost(this, theirs);
        }
    }

    /** @param at ours */
    public record Sharing(Place at, Inventory.Environment environment, Inventory.Service service) {

        /** {@code notes of environment b}, as seen from our environment. */
        public String whose() {
            boolean ours = environment.name().equals(at.environment().name());
            return "service " + service.name() + (ours ? "" : " of environment " + environment.name());
        }
    }

    /** Every other service that has, by its volumes or its backup plan, one of these places or a part of it. */
    public static List<Sharing> of(
            Collection<Place> places, String service, Collection<Inventory.Environment> environments) {
        Set<Sharing> found = new LinkedHashSet<>();
        for (Place place : places) {
            for (Inventory.Environment environment : environments) {
                environment.services().values().stream()
                        .filter(other ->
                                !(environment.name().equals(place.environment().name())
                                        && other.name().equals(service)))
                        .filter(other -> all(environment, other).anyMatch(place::touches))
                        .forEach(other -> found.add(new Sharing(place, environment, other)));
            }
        }
        return List.copyOf(found);
    }

    /** Of a service: volumes that it writes or only reads, and what its backup plan takes. */
    public static Stream<Place> all(Inventory.Environment environment, Inventory.Service service) {
        Stream<Place> volumes = service.volumes().stream()
                .map(volume -> new Place(
                        environment,
                        service.container(),
                        Path.of(volume.source()).normalize(),
                        volume.readOnly()));
        Stream<Place> planned = service.qualification().backup().stream()
                .flatMap(backup -> backup.data().stream())
                .flatMap(item -> of(environment, service, item));
        return Stream.concat(volumes, planned);
    }

    public static Stream<Place> of(Inventory.Environment environment, Inventory.Service service, DataItem item) {
        String host = item.host().orElse(service.container());
        return Stream.concat(item.paths().stream(), item.directory().stream())
                .map(path -> place(environment, host, path));
    }

    public static Place place(Inventory.Environment environment, String host, String path) {
        return new Place(environment, host, Path.of(path).normalize(), false);
    }

    private static boolean sameHost(Place one, Place other) {
        if (one.environment().name().equals(other.environment().name())
                && one.host().equals(other.host())) {
            return true;
        }
        // Learned and not yet known: empty.
        Optional<String> address = address(one);
        return address.isPresent() && address.equals(address(other));
    }

    /** With what it is reached through: private addresses are the same in many places. */
    private static Optional<String> address(Place place) {
        return Optional.ofNullable(place.environment().hosts().get(place.host()))
                .filter(host -> !host.ssh().address().isEmpty())
                .map(host -> host.ssh().address().toLowerCase(java.util.Locale.ROOT) + ":"
                        + host.ssh().port()
                        + host.ssh()
                                .jump()
                                .map(jump -> " by "
                                        + address(new Place(place.environment(), jump, place.path(), false))
                                                .orElse(jump))
                                .orElse(""));
    }
}
