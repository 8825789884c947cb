package io.muster.steps.backup;

import io.muster.inventory.DataItem;
import io.muster.recovery.Backup;
import io.muster.recovery.Backups;
import io.muster.step.ByteSize;
import io.muster.step.Reason;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.springframework.stereotype.Component;

/** Backups that are kept: whether one may be believed. */
@Component
final class Kept {

    /** Clocks of hosts differ; files that are older than their backup by more than this were not written for it. */
    private static final Duration SKEW = Duration.ofHours(1);

    private static final String LOOK =
            """
            [ ! -L "$TO" ] || { echo "link . $(readlink -- "$TO")"; exit 0; }
            if [ ! -d "$TO" ]; then
              [ ! -d "$TO.incoming" ] || { echo incoming; exit 0; }
              echo absent; exit 0
            fi
            cd -- "$TO"
            for f in * .*; do
              [ ! -L "$f" ] || { echo "link $f $(readlink -- "./$f")"; exit 0; }
              [ -f "$f" ] && [ "$f" != MANIFEST.yml ] || continue
              newer=; [ ! -f MANIFEST.yml ] || newer=$(find "./$f" -newer MANIFEST.yml)
              echo "file $(stat -c '%s %Y' -- "./$f") ${newer:+newer} $f"
            done
            if [ -f MANIFEST.yml ]; then echo manifest; head -c 200000 MANIFEST.yml; fi
            """;

    private record Found(long bytes, Instant changed, boolean newer) {}

    private record Wrong(String reason, String what) {}

    private final Store store;
    private final Streams streams;
    private final DataTypes types;
    private final GuestBackups archives;
    private final Backups backups;

    Kept(Store store, Streams streams, DataTypes types, GuestBackups archives, Backups backups) {
        this.store = store;
        this.streams = streams;
        this.types = types;
        this.archives = archives;
        this.backups = backups;
    }

    /**
     * Reads a backup's manifest and looks whether the files are those that it names; does not read them.
     *
     * @throws StepFailure with everything that is wrong; the reason is that of the first
     */
    Manifest open(StepContext context, ServicePlan plan, String backup) {
        String answer = store.demand(
                context, plan, LOOK, Map.of("TO", plan.path(backup)), "Looking at backup " + plan.path(backup));
        if (answer.equals("absent")) {
            throw new StepFailure.Rejected(
                    BackupFailure.NONE,
                    "There is no backup " + plan.describe(backup) + "."
                            + backups.find(
                                            plan.environment().name(),
                                            plan.service().name(),
                                            backup)
                                    .filter(known -> known.removedAt().isEmpty())
                                    .map(known -> " It was recorded, and not removed by Muster: look whether "
                                            + plan.store().directory() + " is mounted there as it was.")
                                    .orElse("")
                            + " Choose another one, or take one with `service-backup`.");
        }
        if (answer.equals("incoming")) {
            throw refused(context, plan, backup, new Wrong(BackupFailure.INCOMPLETE, "it was only written in part"));
        }
        link(answer).ifPresent(link -> {
            throw refused(context, plan, backup, link);
        });
        String lines = answer + "\n";
        int split = ("\n" + lines).indexOf("\nmanifest\n");
        if (split < 0) {
            throw refused(context, plan, backup, new Wrong(BackupFailure.MANIFEST, "it has no " + Manifest.NAME));
        }
        Manifest manifest = manifest(context, plan, backup, lines.substring(split + "manifest\n".length()));
        List<Wrong> wrong = new ArrayList<>(foreign(plan, backup, manifest));
        wrong.addAll(dated(context, plan, backup, manifest));
        wrong.addAll(files(manifest, found(lines.substring(0, split))));
        if (!wrong.isEmpty()) {
            throw refused(context, plan, backup, wrong);
        }
        return manifest;
    }

    /**
     * As {@link #open}, and every file is read back through the tool of its type: sizes, SHA-256, and what the tool says.
     *
     * @return the manifest, with how each file was verified now
     */
    Manifest verify(StepContext context, ServicePlan plan, String backup) {
        Manifest manifest = open(context, plan, backup);
        List<Manifest.Entry> read = new ArrayList<>();
        List<Wrong> wrong = new ArrayList<>();
        for (Manifest.Entry entry : manifest.files()) {
            context.checkpoint();
            DataItem item = plan.item(entry.item());
            try {
                read.add(readBack(context, plan, item, plan.path(backup), entry, manifest.get("recipient")));
            } catch (StepFailure.Rejected e) {
                if (!List.of(BackupFailure.CORRUPT, BackupFailure.EMPTY).contains(e.reason())) {
                    throw e;
                }
                if (sha256(context, plan, backup, entry).equals(entry.sha256())) {
                    throw BackupFailure.unreadable(plan.describe(backup), e.getMessage());
                }
                wrong.add(new Wrong(e.reason(), e.getMessage()));
            }
        }
        archives.wrong(context, manifest)
                .forEach(found -> wrong.add(
                        new Wrong(found.gone() ? BackupFailure.INCOMPLETE : BackupFailure.CORRUPT, found.what())));
        if (!wrong.isEmpty()) {
            throw refused(context, plan, backup, wrong);
        }
        record(context, plan, manifest, backup);
        return new Manifest(manifest.about(), manifest.takenAt(), manifest.sealedAt(), read, manifest.archives());
    }

    private String sha256(StepContext context, ServicePlan plan, String backup, Manifest.Entry entry) {
        String file = plan.path(backup) + "/" + entry.name();
        String answer = store.demand(
                context, plan, "sha256sum < \"$FILE\"\n", Map.of("FILE", file), "Computing the SHA-256 of " + file);
        return answer.strip().split(" ")[0];
    }

    /** It is whole and was read back, whether this server's database has heard of it or not. */
    void record(StepContext context, ServicePlan plan, Manifest manifest, String backup) {
        String environment = plan.environment().name();
        String service = plan.service().name();
        backups.taken(Backup.taken(
                        environment,
                        service,
                        backup,
                        plan.store().host(),
                        plan.path(backup),
                        manifest.bytes(),
                        manifest.takenAt(),
                        Duration.between(manifest.takenAt(), manifest.sealedAt()),
                        manifest.get("run"))
                .of(manifest.content()));
        backups.verified(
                environment,
                service,
                backup,
                context.clock().instant(),
                context.run().rootId());
    }

    /**
     * Reads a file of a backup back from the store through the tool of its type.
     *
     * @param directory where the file is
     * @throws StepFailure Rejected BackupCorrupt or BackupEmpty when it is not what it was; others when it could not be read
     */
    Manifest.Entry readBack(
            StepContext context,
            ServicePlan plan,
            DataItem item,
            String directory,
            Manifest.Entry entry,
            String recipient) {
        Streams.Passed passed = fed(context, plan, item, directory, entry, recipient);
        if (passed.bytes() != entry.bytes() || !passed.sha256().equals(entry.sha256())) {
            throw corrupt(entry.name() + " has " + passed.bytes() + " bytes with SHA-256 " + passed.sha256()
                    + " instead of " + entry.bytes() + " with " + entry.sha256());
        }
        context.log().info(entry.name() + " was read back, " + new ByteSize(entry.bytes()) + ": " + passed.said());
        return new Manifest.Entry(
                entry.name(),
                entry.item(),
                entry.type(),
                entry.host(),
                entry.of(),
                entry.bytes(),
                entry.sha256(),
                "read back, size and SHA-256 the same; " + passed.said(),
                entry.size());
    }

    private Streams.Passed fed(
            StepContext context,
            ServicePlan plan,
            DataItem item,
            String directory,
            Manifest.Entry entry,
            String recipient) {
        try {
            return streams.feed(
                    context,
                    plan,
                    item,
                    directory + "/" + entry.name(),
                    recipient,
                    types.of(item).check(),
                    Streams.tag(context),
                    "Reading back " + entry.name());
        } catch (StepFailure.Rejected e) {
            if (e.reason().equals(BackupFailure.EMPTY)) {
                throw new StepFailure.Rejected(
                        BackupFailure.EMPTY, entry.name() + " holds nothing: " + e.getMessage(), e);
            }
            throw e.reason().equals(Reason.TASK_FAILED) ? corrupt(entry.name() + ": " + e.getMessage()) : e;
        }
    }

    private static StepFailure corrupt(String what) {
        return new StepFailure.Rejected(BackupFailure.CORRUPT, what);
    }

    private Manifest manifest(StepContext context, ServicePlan plan, String backup, String text) {
        try {
            return Manifest.read(text);
        } catch (IllegalArgumentException e) {
            throw refused(
                    context,
                    plan,
                    backup,
                    new Wrong(BackupFailure.MANIFEST, Manifest.NAME + " cannot be read, " + e.getMessage()));
        }
    }

    private static List<Wrong> foreign(ServicePlan plan, String backup, Manifest manifest) {
        Map<String, String> wanted = new LinkedHashMap<>();
        wanted.put("service", plan.service().name());
        wanted.put("environment", plan.environment().name());
        wanted.put("backup", backup);
        List<Wrong> wrong = new ArrayList<>();
        wanted.forEach((key, value) -> {
            if (!manifest.get(key).equals(value)) {
                wrong.add(new Wrong(
                        BackupFailure.FOREIGN,
                        "its manifest is of " + key + " '" + manifest.get(key) + "', not '" + value + "'"));
            }
        });
        if (!manifest.takenAt().truncatedTo(ChronoUnit.SECONDS).equals(Store.takenAt(backup))) {
            wrong.add(new Wrong(
                    BackupFailure.MANIFEST,
                    "its manifest says that it was taken at " + manifest.takenAt() + ", and its name "
                            + Store.takenAt(backup)));
        }
        return wrong;
    }

    /** What leads out of the backup is not what was read back, whatever is there now. */
    private static Optional<Wrong> link(String answer) {
        return answer.lines()
                .filter(line -> line.startsWith("link "))
                .findFirst()
                .map(line -> {
                    String[] parts = line.split(" ", 3);
                    return new Wrong(
                            BackupFailure.LINK,
                            (parts[1].equals(".") ? "it" : parts[1]) + " is a symbolic link to " + parts[2]
                                    + ", and a backup is a directory with files of its own");
                });
    }

    /** Not of a time to come, and with the content that it had when it was sealed here. */
    private List<Wrong> dated(StepContext context, ServicePlan plan, String backup, Manifest manifest) {
        List<Wrong> wrong = new ArrayList<>();
        Instant now = context.clock().instant();
        if (manifest.takenAt().isAfter(now.plus(SKEW))) {
            wrong.add(new Wrong(
                    BackupFailure.MANIFEST,
                    "its manifest says that it was taken at " + manifest.takenAt() + ", which is yet to come (it is "
                            + now + " here)"));
        }
        backups.find(plan.environment().name(), plan.service().name(), backup)
                .flatMap(known -> other(known, manifest))
                .ifPresent(other ->
                        wrong.add(new Wrong(BackupFailure.MANIFEST, other + ": it is not the one that was sealed")));
        return wrong;
    }

    private static Optional<String> other(Backup known, Manifest manifest) {
        if (known.bytes() != manifest.bytes()) {
            return Optional.of(
                    "its manifest names " + manifest.bytes() + " bytes, and it was recorded with " + known.bytes());
        }
        return known.content()
                .filter(content -> !content.equals(manifest.content()))
                .map(content -> "its manifest names other files or checksums than were recorded when it was sealed");
    }

    private static List<Wrong> files(Manifest manifest, Map<String, Found> found) {
        List<Wrong> wrong = new ArrayList<>();
        for (Manifest.Entry entry : manifest.files()) {
            Found file = found.remove(entry.name());
            if (file == null) {
                wrong.add(new Wrong(BackupFailure.INCOMPLETE, entry.name() + " is not there"));
            } else if (file.bytes() != entry.bytes()) {
                String reason = file.bytes() == 0
                        ? BackupFailure.EMPTY
                        : file.bytes() < entry.bytes() ? BackupFailure.TRUNCATED : BackupFailure.CORRUPT;
                wrong.add(new Wrong(
                        reason, entry.name() + " has " + file.bytes() + " bytes instead of " + entry.bytes()));
            } else if (file.bytes() == 0) {
                wrong.add(new Wrong(
                        BackupFailure.EMPTY, entry.name() + " is empty, as its manifest says: it holds nothing"));
            } else if (file.newer()) {
                wrong.add(new Wrong(
                        BackupFailure.CHANGED,
                        entry.name()
                                + " was changed after the manifest was written (where the store was copied without times,"
                                + " `touch " + Manifest.NAME + "` there)"));
            } else if (file.changed().isBefore(manifest.takenAt().minus(SKEW))) {
                wrong.add(new Wrong(
                        BackupFailure.CHANGED,
                        entry.name() + " is of " + file.changed() + ", older than the manifest says the backup is ("
                                + manifest.takenAt() + ")"));
            }
        }
        found.keySet()
                .forEach(name -> wrong.add(
                        new Wrong(BackupFailure.CHANGED, name + " is there, and the manifest does not name it")));
        return wrong;
    }

    private static Map<String, Found> found(String lines) {
        Map<String, Found> found = new TreeMap<>();
        lines.lines().filter(line -> line.startsWith("file ")).forEach(line -> {
            String[] parts = line.split(" ", 5);
            found.put(
                    parts[4],
                    new Found(
                            Long.parseLong(parts[1]),
                            Instant.ofEpochSecond(Long.parseLong(parts[2])),
                            !parts[3].isEmpty()));
        });
        return found;
    }

    private StepFailure refused(StepContext context, ServicePlan plan, String backup, Wrong wrong) {
        return refused(context, plan, backup, List.of(wrong));
    }

    private StepFailure refused(StepContext context, ServicePlan plan, String backup, List<Wrong> wrong) {
        String all = String.join("; ", wrong.stream().map(Wrong::what).toList());
        backups.damaged(plan.environment().name(), plan.service().name(), backup, all);
        context.log().info("Backup " + backup + " does not count as verified any more.");
        return BackupFailure.refused(wrong.get(0).reason(), plan.describe(backup), all);
    }
}
