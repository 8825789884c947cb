package io.muster.steps.proxmox;

import com.fasterxml.jackson.databind.JsonNode;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Archives of one container in one storage; ours is known by the step's id in its notes. */
final class Backups {

    private final Guest guest;
    private final String storage;
    private final String mark;

    /** @param takenAt by the node's clock */
    record Archive(
            String volume,
            long size,
            String notes,
            String takenAt,
            boolean protectedFromRemoval,
            String verification) {}

    Backups(Guest guest, String storage, UUID step) {
        this(guest, storage, step.toString());
    }

    /** @param mark what is between the brackets in the notes of ours, after a word of our own */
    Backups(Guest guest, String storage, String mark) {
        this.guest = guest;
        this.storage = storage;
        this.mark = "[muster " + mark + "]";
    }

    /** What the archive's notes shall be. Braces would be taken for a variable of the node's. */
    String notes(String wanted) {
        String text = Optional.ofNullable(wanted)
                .orElse("")
                .replaceAll("[{}\\\\]", "")
                .strip();
        return text.isEmpty() ? mark : text.replaceAll("\\s*\\R\\s*", " ") + " " + mark;
    }

    Optional<Archive> find() {
        return all(guest, storage).stream()
                .filter(archive -> archive.notes().contains(mark))
                .findFirst();
    }

    /** @throws StepFailure Fatal TaskFailed when it is not in the listing, or empty */
    Archive require() {
        Archive archive = find().orElseThrow(() -> new StepFailure.Fatal(
                Reason.TASK_FAILED,
                "The node reported that it backed " + guest.describe() + " up, but the storage " + storage
                        + " lists no archive with the notes `" + mark
                        + "`. Was it pruned at once? Look at the storage."));
        if (archive.size() <= 0) {
            throw new StepFailure.Fatal(
                    Reason.TASK_FAILED,
                    "The archive " + archive.volume() + " is empty. Look at the storage " + storage + ".");
        }
        return archive;
    }

    /** @throws StepFailure Rejected NotFound when a volume id names no archive, or an empty one */
    static void require(Guest guest, String volume) {
        String storage = volume.substring(0, volume.indexOf(':'));
        Optional<Archive> found = listing(guest, storage, Map.of("content", "backup")).stream()
                .filter(archive -> archive.volume().equals(volume))
                .findFirst();
        if (found.filter(archive -> archive.size() > 0).isEmpty()) {
            throw new StepFailure.Rejected(
                    Reason.NOT_FOUND,
                    "The storage " + storage + " has " + (found.isPresent() ? "only an empty" : "no") + " backup `"
                            + volume + "`. Look at what it lists, and that the API token may see it.");
        }
    }

    /** Those of the container. */
    static List<Archive> all(Guest guest, String storage) {
        return listing(guest, storage, Map.of("content", "backup", "vmid", Integer.toString(guest.vmid())));
    }

    private static List<Archive> listing(Guest guest, String storage, Map<String, String> query) {
        List<Archive> archives = new ArrayList<>();
        for (JsonNode entry : guest.ofNode("/storage/" + storage + "/content", query)) {
            archives.add(new Archive(
                    entry.path("volid").asText(),
                    entry.path("size").asLong(),
                    entry.path("notes").asText(""),
                    Instant.ofEpochSecond(entry.path("ctime").asLong()).toString(),
                    entry.path("protected").asBoolean(),
                    entry.path("verification").path("state").asText("")));
        }
        return archives;
    }
}
