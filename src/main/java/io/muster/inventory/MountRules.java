package io.muster.inventory;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Mounts of one container: they are its persistent storage, and all of it is on them. */
final class MountRules {

    private MountRules() {}

    static void check(Place host, Place container) {
        List<Place> mounts = container.items("mounts");
        List<Place> persistent = host.items("persistent-storage");
        Map<String, String> targets = new HashMap<>();
        mounts.forEach(mount -> {
            source(mount);
            mount.get("path").ifPresent(Formats::path);
            mount.get("target").ifPresent(target -> target(target, mount, persistent, targets));
        });
        persistent.stream()
                .filter(path -> path.text().isPresent())
                .filter(path -> mounts.stream().noneMatch(mount -> covers(mount, path)))
                .forEach(path -> path.problem("'" + Shown.text(path.text().orElseThrow())
                        + "' is on no mount of the container, so it would go with the container's root file system; add a"
                        + " mount with this target (container.mounts), or remove it."));
    }

    private static void source(Place mount) {
        boolean storage = mount.get("storage").isPresent();
        boolean path = mount.get("path").isPresent();
        boolean size = mount.get("size").isPresent();
        if (storage == path) {
            mount.problemAtKey("has " + (storage ? "both storage and path" : "neither storage nor path")
                    + "; give storage and size for a volume, or path for a directory of the node.");
        } else if (storage != size) {
            mount.problemAtKey(
                    storage
                            ? "has a storage but no size; give it, for example 32GiB."
                            : "has a size, but a directory of the node (path) has none; remove it.");
        }
    }

    private static void target(Place target, Place mount, List<Place> persistent, Map<String, String> targets) {
        Formats.path(target);
        target.text().map(Notation::path).ifPresent(path -> {
            String other = targets.putIfAbsent(path, mount.key());
            if (other != null) {
                target.problem(
                        "'" + Shown.text(path) + "' is the target of mounts[" + other + "] already; mount it once.");
            } else if (persistent.stream().noneMatch(storage -> related(path, storage))) {
                target.problem("'" + Shown.text(path) + "' is outside the host's persistent storage"
                        + (persistent.isEmpty() ? ", of which it has none" : "")
                        + "; add it to persistent-storage, or mount it there.");
            }
        });
    }

    private static boolean related(String path, Place storage) {
        Optional<String> other = storage.text().map(Notation::path);
        return other.isPresent() && (below(path, other.get()) || below(other.get(), path));
    }

    private static boolean covers(Place mount, Place path) {
        return mount.text("target")
                .filter(target -> below(Notation.path(path.text().orElseThrow()), Notation.path(target)))
                .isPresent();
    }

    private static boolean below(String path, String directory) {
        return path.equals(directory) || path.startsWith(directory.equals("/") ? "/" : directory + "/");
    }
}
