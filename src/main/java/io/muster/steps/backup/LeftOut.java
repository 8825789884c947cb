package io.muster.steps.backup;

import io.muster.inventory.DataItem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Where a backup and the plan of its service, which may have changed since, are not of the same data. */
final class LeftOut {

    private LeftOut() {}

    /** What a restore by this plan does otherwise than the backup has it, a sentence each. */
    static List<String> of(ServicePlan plan, Manifest manifest) {
        List<String> lines = new ArrayList<>();
        for (Manifest.Entry entry : manifest.files()) {
            DataItem item = plan.item(entry.item());
            if (entry.of() == null || entry.of().equals(words(item))) {
                continue;
            }
            String named = item.name() + " (" + item.type() + "): ";
            if (item.paths().isEmpty()) {
                lines.add(named + "the backup is of " + entry.of() + ", and is put back as " + words(item));
            } else {
                Arrays.stream(entry.of().split(", "))
                        .filter(path -> !item.paths().contains(path))
                        .map(path -> named + path + " is in the backup and not in the plan, and is not put back")
                        .forEach(lines::add);
            }
        }
        plan.streamed().stream()
                .filter(item -> manifest.files().stream()
                        .noneMatch(entry -> entry.item().equals(item.name())))
                .map(item -> item.name() + " (" + item.type()
                        + "): it is in the plan and not in the backup, and stays as it is")
                .forEach(lines::add);
        return lines;
    }

    /** What a data item is of, as manifests say it. */
    static String words(DataItem item) {
        return item.paths().isEmpty()
                ? item.database().or(item::directory).orElse("")
                : String.join(", ", item.paths());
    }
}
