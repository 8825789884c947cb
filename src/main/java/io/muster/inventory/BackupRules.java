package io.muster.inventory;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What must hold for the backup plan of a service. */
final class BackupRules {

    /** Which keys the shipped types need, and which they may have beside {@code name}, {@code type} and {@code host}. */
    private record Keys(Set<String> needed, Set<String> allowed) {}

    private static final Set<String> SERVER = Set.of("address", "port", "user", "password");
    private static final Keys FILES = new Keys(Set.of("paths"), Set.of());
    private static final Keys DATABASE = new Keys(Set.of("database"), SERVER);
    private static final Keys IN_DIRECTORY = new Keys(Set.of("directory"), SERVER);
    private static final Map<String, Keys> TYPES = new LinkedHashMap<>();

    static {
        TYPES.put("files", FILES);
        TYPES.put("config", FILES);
        TYPES.put("postgresql", DATABASE);
        TYPES.put("mariadb", DATABASE);
        TYPES.put("redis", IN_DIRECTORY);
        TYPES.put("etcd", IN_DIRECTORY);
        TYPES.put("mongodb", DATABASE);
        TYPES.put("couchdb", DATABASE);
        TYPES.put(DataItem.VZDUMP, new Keys(Set.of("storage"), Set.of("mode", "compress", "restore")));
    }

    private static final Set<String> COMMON = Set.of("name", "type", "host");

    private final Place environment;
    private final Place service;
    private final List<String> hosts;
    private final Set<String> types;

    /** @param types of data that there are beside {@link DataItem#VZDUMP} */
    BackupRules(Place environment, Place service, List<String> hosts, Set<String> types) {
        this.environment = environment;
        this.service = service;
        this.hosts = hosts;
        this.types = new TreeSet<>(types);
        this.types.add(DataItem.VZDUMP);
    }

    void check(Place backup) {
        if (environment.get("backups").isEmpty()) {
            backup.problemAtKey("needs a backup store; give the environment backups: {host: …, directory: …}.");
        }
        backup.get("schedule").flatMap(schedule -> schedule.get("every")).ifPresent(this::cadence);
        backup.get("retention")
                .flatMap(retention -> retention.get("for"))
                .ifPresent(kept -> Formats.duration(kept, false));
        backup.get("time-limit").ifPresent(limit -> Formats.duration(limit, false));
        backup.get("size-limit").ifPresent(BackupRules::size);
        Map<String, String> names = new HashMap<>();
        backup.items("data").forEach(item -> data(item, names));
        new VzdumpRules(environment, service).check(backup);
    }

    /** A cadence that cannot keep the promise is found before the night when it matters. */
    private void cadence(Place every) {
        Formats.duration(every, false);
        Optional<Duration> rpo = service.get("recovery").flatMap(recovery -> duration(recovery, "rpo"));
        Optional<Duration> cadence = every.text().flatMap(BackupRules::parsed);
        if (rpo.isPresent() && cadence.isPresent() && cadence.get().compareTo(rpo.get()) > 0) {
            every.problem("a backup every " + cadence.get() + " cannot keep recovery.rpo, which is " + rpo.get()
                    + "; make one of them fit the other.");
        }
    }

    private static void size(Place size) {
        size.text()
                .map(Notation::size)
                .filter(bytes -> bytes.signum() == 0 || bytes.compareTo(java.math.BigDecimal.valueOf(1L << 60)) > 0)
                .ifPresent(bytes ->
                        size.problem("is " + (bytes.signum() == 0 ? "nothing at all" : "more than any disk has")
                                + "; give another limit."));
    }

    private void data(Place item, Map<String, String> names) {
        item.text("name").ifPresent(name -> {
            String other = names.putIfAbsent(name, item.key());
            if (other != null) {
                item.get("name")
                        .orElseThrow()
                        .problem("'" + Shown.text(name) + "' is the name of data[" + other
                                + "] already; each has its own.");
            }
        });
        item.get("host").ifPresent(host -> References.check(host, "host", hosts));
        item.items("paths").forEach(Formats::path);
        item.get("directory").ifPresent(Formats::path);
        item.text("type").ifPresent(type -> type(item, type));
        item.items("paths").forEach(path -> itself(item, path));
        item.get("directory").ifPresent(directory -> itself(item, directory));
    }

    private void type(Place item, String type) {
        if (!types.contains(type)) {
            item.get("type")
                    .orElseThrow()
                    .problem("there is no data type '" + Shown.text(type) + "'"
                            + Nearest.to(type, types)
                                    .map(near -> "; did you mean '" + near + "'?")
                                    .orElse(".")
                            + " Types: " + Shown.list(types) + ".");
            return;
        }
        Keys keys = TYPES.get(type);
        if (keys == null) {
            // A class that was added knows what it needs; the plan asks it.
            return;
        }
        Set<String> missing = new TreeSet<>(keys.needed());
        missing.removeIf(key -> item.get(key).isPresent());
        if (!missing.isEmpty()) {
            item.problemAtKey("data of type " + type + " needs " + Shown.list(missing) + "; add it.");
        }
        item.node().fieldNames().forEachRemaining(key -> {
            if (!COMMON.contains(key)
                    && !keys.needed().contains(key)
                    && !keys.allowed().contains(key)) {
                item.get(key).orElseThrow().problemAtKey("means nothing for data of type " + type + "; remove it.");
            }
        });
        if (item.get("password").isPresent() && item.get("user").isEmpty() && !type.equals("redis")) {
            item.problemAtKey("has a password but no user; give both or neither.");
        }
    }

    /** A backup that holds the store would hold itself. */
    private void itself(Place item, Place path) {
        Optional<Place> store = environment.get("backups");
        Optional<String> host = item.text("host").or(() -> service.text("container"));
        Optional<String> directory = store.flatMap(found -> found.text("directory"));
        if (path.text().isEmpty()
                || directory.isEmpty()
                || host.isEmpty()
                || !host.equals(store.flatMap(found -> found.text("host")))) {
            return;
        }
        if (RecoveryRules.below(directory.get(), path.text().get())
                || RecoveryRules.below(path.text().get(), directory.get())) {
            path.problem("'" + Shown.text(path.text().get()) + "' and the backup store '" + Shown.text(directory.get())
                    + "' are in one another on the same host; keep them apart.");
        }
    }

    private static Optional<Duration> duration(Place place, String key) {
        return place.text(key).flatMap(BackupRules::parsed);
    }

    private static Optional<Duration> parsed(String text) {
        try {
            return Optional.of(Duration.parse(text));
        } catch (DateTimeParseException | ArithmeticException e) {
            return Optional.empty();
        }
    }
}
