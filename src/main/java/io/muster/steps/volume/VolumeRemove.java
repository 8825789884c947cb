package io.muster.steps.volume;

import io.muster.step.AfterCrash;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.step.StepInfo;
import io.muster.steps.HostShell;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import java.util.List;
import java.util.Map;

@StepInfo(
        name = "volumeRemove",
        title = "Remove a service's data",
        description =
                "Removes the writable volumes of a service from its host, after an archive of them was verified in the same"
                        + " run: its manifest must still be the one that was verified. Only what is below persistent storage"
                        + " and no other service uses is removed. Does nothing where nothing is left.",
        category = "Volume",
        changes = true,
        afterCrash = AfterCrash.REPEAT,
        timeout = "PT1H",
        errors = {Reason.CONFLICT, Reason.NOT_FOUND, Reason.NOT_IN_INVENTORY, Reason.TASK_FAILED})
public class VolumeRemove implements Step<VolumeRemove.Input, VolumeRemove.Output> {

    private static final String SCRIPT =
            """
            set -eu
            printf '%s\\n' "$VOLUMES" | while IFS= read -r volume; do
              if [ -e "$volume" ]; then rm -rf -- "$volume"; echo "$volume"; fi
            done
            rm -rf -- "/var/lib/muster/volumes/$SERVICE"
            """;

    public record Input(
            @NotBlank @Field(label = "Host", description = "Where the volumes are.", example = "experimental-01")
                    String host,
            @NotBlank
                    @Pattern(
                            regexp = "[a-zA-Z0-9][a-zA-Z0-9_.-]*",
                            message = "must be a plain name: letters, digits, . _ -")
                    @Field(label = "Service", example = "notes")
                    String service,
            @Field(
                            label = "Volumes",
                            description = "As they were archived.",
                            example = "/srv/persistent/notes:/data",
                            multiline = true)
                    List<String> volumes,
            @NotBlank
                    @Field(
                            label = "Verified manifest",
                            description = "SHA-256 of the manifest, as `archiveVerify` gave it.",
                            example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")
                    String manifest) {}

    public record Output(@Field(label = "Removed", description = "Paths.") List<String> removed) {}

    private final Archives archives;
    private final Removable removable;
    private final HostShell shell;

    VolumeRemove(Archives archives, Removable removable, HostShell shell) {
        this.archives = archives;
        this.removable = removable;
        this.shell = shell;
    }

    @Override
    public String target(Input input) {
        return input.host() + "/" + input.service();
    }

    @Override
    public Output run(Input input, StepContext context) {
        List<String> state = Volumes.state(input.volumes());
        removable.check(input.service(), input.host(), state, context);
        demandArchive(input, context);
        if (state.isEmpty()) {
            return new Output(List.of());
        }
        context.effect("remove volumes", target(input));
        String removed = shell.demand(
                context,
                input.host(),
                SCRIPT,
                Map.of("VOLUMES", String.join("\n", state), "SERVICE", input.service()),
                "Removing the data of " + input.service());
        List<String> paths = removed.lines().toList();
        context.log().info(paths.isEmpty() ? "Nothing was left to remove." : "Removed " + String.join(", ", paths));
        return new Output(paths);
    }

    private void demandArchive(Input input, StepContext context) {
        Archives.Place place = archives.of(input.service(), input.host(), context);
        HostShell.Answer manifest = shell.run(
                context,
                place.host(),
                "sha256sum \"$FROM/MANIFEST.yml\" | cut -d' ' -f1",
                Map.of("FROM", place.path()));
        if (!manifest.output().equals(input.manifest())) {
            throw new StepFailure.Rejected(
                    Reason.NOT_FOUND,
                    "The archive " + place.describe() + " is not the one that was verified (its manifest has SHA-256 "
                            + (manifest.output().isEmpty() ? "none" : manifest.output()) + " instead of "
                            + input.manifest() + "), so no data was removed. Archive and verify again.");
        }
    }
}
