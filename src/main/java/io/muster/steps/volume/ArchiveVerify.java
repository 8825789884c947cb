package io.muster.steps.volume;

import io.muster.step.AfterCrash;
import io.muster.step.ByteSize;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.step.StepInfo;
import io.muster.steps.HostShell;
import jakarta.validation.constraints.NotBlank;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

@StepInfo(
        name = "archiveVerify",
        title = "Verify an archive",
        description =
                "Reads back the archive that `archiveWrite` wrote in the same run: each file of the manifest has its size and"
                        + " SHA-256 and there is no other, each tar archive unpacks (beside it, for the moment), and what it holds is,"
                        + " file by file, what is in the service's volumes now.",
        category = "Volume",
        changes = false,
        afterCrash = AfterCrash.REPEAT,
        timeout = "PT2H",
        errors = {ArchiveVerify.INVALID, Reason.NOT_IN_INVENTORY, Reason.TASK_FAILED})
public class ArchiveVerify implements Step<ArchiveVerify.Input, ArchiveVerify.Output> {

    static final String INVALID = "ArchiveInvalid";

    private static final String LOOK =
            """
            set -eu; cd -- "$FROM"; sha256sum MANIFEST.yml | cut -d' ' -f1; cat MANIFEST.yml; echo "--files--"
            for f in *; do [ "$f" = MANIFEST.yml ] || echo "$(sha256sum < "$f" | cut -d' ' -f1) $(stat -c %s -- "$f") $f"; done
            """;

    private static final String UNPACK = Listing.FUNCTIONS
            + """
            t="$FROM.read-back"; rm -rf -- "$t"; mkdir -- "$t"; trap 'rm -rf -- "$t" "$t.files" "$t.files.unsorted"' EXIT
            tar --numeric-owner -xpf "$FROM/volume-$N.tar" -C "$t"
            list "$t" "$t.files"
            sha256sum < "$t.files" | cut -d' ' -f1
            """;

    private static final String NOW = Transfer.FILES.replace("cat -- \"$t\"", "sha256sum < \"$t\" | cut -d' ' -f1");

    public record Input(
            @NotBlank @Field(label = "Host", description = "Where the service is.", example = "experimental-01")
                    String host,
            @NotBlank @Field(label = "Service", example = "notes") String service,
            @Field(
                            label = "Volumes",
                            description = "As they were archived.",
                            example = "/srv/persistent/notes:/data",
                            multiline = true)
                    List<String> volumes) {}

    public record Output(
            @Field(label = "Archive", description = "host:/path") String archive,
            @Field(label = "Manifest", description = "SHA-256 of MANIFEST.yml.") String manifest,
            @Field(label = "Summary", description = "One sentence.") String summary) {}

    private final Archives archives;
    private final HostShell shell;

    ArchiveVerify(Archives archives, HostShell shell) {
        this.archives = archives;
        this.shell = shell;
    }

    @Override
    public String target(Input input) {
        return input.host() + "/" + input.service();
    }

    @Override
    public Output run(Input input, StepContext context) {
        Archives.Place place = archives.of(input.service(), input.host(), context);
        Map<String, String> from = Map.of("FROM", place.path());
        String look = shell.demand(context, place.host(), LOOK, from, "Reading the archive " + place.path());
        int split = look.indexOf("--files--");
        String sha256 = look.lines().findFirst().orElse("");
        Manifest manifest = manifest(place, look.substring(sha256.length(), split));
        List<String> wrong = new ArrayList<>(
                files(manifest, look.substring(split).lines().skip(1).toList()));
        List<String> state = Volumes.state(input.volumes());
        if (!manifest.volumes().equals(state)
                || !context.run().rootId().equals(manifest.about().get("run"))) {
            wrong.add("it is of other volumes, or of another run");
        }
        for (int n = 1; n <= state.size() && wrong.isEmpty(); n++) {
            context.checkpoint();
            volume(input, place, state.get(n - 1), n, context).ifPresent(wrong::add);
        }
        if (!wrong.isEmpty()) {
            throw invalid(place, String.join("; ", wrong));
        }
        long bytes = manifest.files().stream().mapToLong(Manifest.Entry::bytes).sum();
        String summary = "Archive " + place.describe() + " was read back: "
                + manifest.files().size() + " files, " + new ByteSize(bytes) + ", the same as the volumes.";
        context.log().info(summary);
        return new Output(place.describe(), sha256, summary);
    }

    private static Manifest manifest(Archives.Place place, String text) {
        try {
            return Manifest.read(text);
        } catch (IllegalArgumentException e) {
            throw invalid(place, Manifest.NAME + " cannot be read, " + e.getMessage());
        }
    }

    private static List<String> files(Manifest manifest, List<String> found) {
        Map<String, String> there = found.stream()
                .map(line -> line.split(" ", 3))
                .collect(Collectors.toMap(parts -> parts[2], parts -> parts[1] + " bytes, SHA-256 " + parts[0]));
        Map<String, String> wanted = manifest.files().stream()
                .collect(Collectors.toMap(
                        Manifest.Entry::name, file -> file.bytes() + " bytes, SHA-256 " + file.sha256()));
        List<String> wrong = new ArrayList<>();
        wanted.forEach((name, content) -> {
            if (!content.equals(there.get(name))) {
                wrong.add(name + " is " + Optional.ofNullable(there.get(name)).orElse("not there") + " instead of "
                        + content);
            }
        });
        there.keySet().stream()
                .filter(Function.<String>identity().andThen(wanted::containsKey).andThen(known -> !known)::apply)
                .forEach(name -> wrong.add(name + " is not in the manifest"));
        return wrong;
    }

    private Optional<String> volume(Input input, Archives.Place place, String volume, int n, StepContext context) {
        String archived = shell.demand(
                context,
                place.host(),
                UNPACK,
                Map.of("FROM", place.path(), "N", Integer.toString(n)),
                "Unpacking volume-" + n + ".tar of " + place.path());
        String now = shell.demand(context, input.host(), NOW, Map.of("VOLUME", volume), "Reading " + volume);
        return archived.equals(now)
                ? Optional.empty()
                : Optional.of("what volume-" + n + ".tar holds is not what is in " + volume + " on " + input.host());
    }

    private static StepFailure invalid(Archives.Place place, String what) {
        return new StepFailure.Rejected(
                INVALID,
                "The archive " + place.describe() + " is not what it must be: " + what
                        + ". Nothing of the service was removed. Look whether something still writes to its volumes; remove"
                        + " the archive's directory and archive again.");
    }
}
