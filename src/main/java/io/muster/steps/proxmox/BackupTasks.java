package io.muster.steps.proxmox;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Backups of one container that its node made, as its task list tells them. */
final class BackupTasks {

    private static final String MOST = "50";
    /** What we want is said before the first file is packed. */
    private static final String LINES = "500";

    private final Guest guest;

    BackupTasks(Guest guest) {
        this.guest = guest;
    }

    /**
     * How the task that made an archive ended; its log is heard.
     *
     * @return without warnings where the node does not list that task any more
     */
    TaskEnd of(Backups.Archive archive, BackupLog log) {
        return exit(archive, log).map(TaskEnd::of).orElse(new TaskEnd(0));
    }

    /** The exit status of the task that made an archive; empty where the node does not list it any more. Its log is heard. */
    Optional<String> exit(Backups.Archive archive, BackupLog log) {
        for (JsonNode task : guest.ofNode(
                "/tasks",
                Map.of(
                        "source",
                        "all",
                        "vmid",
                        Integer.toString(guest.vmid()),
                        "typefilter",
                        LxcBackup.TASK,
                        "limit",
                        MOST))) {
            List<String> lines = lines(task.path("upid").asText());
            if (lines.stream().anyMatch(line -> makes(line, archive))) {
                lines.forEach(log::hear);
                return Optional.of(task.path("status").asText());
            }
        }
        return Optional.empty();
    }

    private List<String> lines(String upid) {
        List<String> lines = new ArrayList<>();
        guest.ofNode("/tasks/" + upid + "/log", Map.of("start", "0", "limit", LINES))
                .forEach(line -> lines.add(line.path("t").asText()));
        return lines;
    }

    private static boolean makes(String line, Backups.Archive archive) {
        String volume = archive.volume();
        String name = volume.substring(volume.indexOf('/') + 1);
        return line.matches("INFO: creating .*archive '.*") && line.endsWith(name + "'");
    }
}
