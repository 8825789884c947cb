package io.muster.steps.volume;

import io.muster.inventory.Inventory;
import io.muster.remote.SshHosts;
import io.muster.step.AfterCrash;
import io.muster.step.ByteSize;
import io.muster.step.Field;
import io.muster.step.Reason;
import io.muster.step.Step;
import io.muster.step.StepContext;
import io.muster.step.StepInfo;
import io.muster.steps.HostShell;
import io.muster.steps.Targets;
import jakarta.validation.constraints.NotBlank;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

@StepInfo(
        name = "archiveWrite",
        title = "Archive a service",
        description =
                "Writes the writable volumes of a service as tar archives, the list of their files with SHA-256, and its entry in"
                        + " the inventory (secrets as references) to the environment's archive, with a `MANIFEST.yml`. Stop"
                        + " the service first. The archive has its name only when it is whole; an earlier attempt of the same"
                        + " run that is whole is taken as it is, one that is not is begun anew. What is archived is only read.",
        category = "Volume",
        changes = true,
        afterCrash = AfterCrash.RESUME,
        timeout = "PT2H",
        errors = {Reason.NOT_IN_INVENTORY, Reason.INVALID_INPUT, Reason.TASK_FAILED, Reason.NO_SPACE})
public class ArchiveWrite implements Step<ArchiveWrite.Input, ArchiveWrite.Output> {

    /** The receiving directory belongs to who logs in, since files come by SFTP. */
    private static final String BEGIN =
            """
            set -eu
            if [ -e "$TO" ]; then echo whole; exit 0; fi
            umask 022; mkdir -p -- "${TO%/*}"; umask 077
            rm -rf -- "$TO.incoming"; mkdir -- "$TO.incoming"
            [ -z "${SUDO_UID:-}" ] || chown "$SUDO_UID:$SUDO_GID" "$TO.incoming"
            echo begun
            """;

    private static final String END = "set -eu; sync; mv -- \"$TO.incoming\" \"$TO\"\n";

    public record Input(
            @NotBlank @Field(label = "Host", description = "Where the service is.", example = "experimental-01")
                    String host,
            @NotBlank @Field(label = "Service", example = "notes") String service,
            @Field(label = "Version", description = "What ran last; kept in the manifest.", example = "1.1.0")
                    String version,
            @Field(
                            label = "Image",
                            description = "What ran last; kept in the manifest.",
                            example = "registry.example/notes")
                    String image,
            @Field(
                            label = "Volumes",
                            description =
                                    "One source:target or source:target:ro per line; those with :ro are left out.",
                            example = "/srv/persistent/notes:/data",
                            multiline = true)
                    List<String> volumes) {}

    public record Output(
            @Field(label = "Archive", description = "host:/path") String archive,
            @Field(label = "Bytes", description = "Of its files.") long bytes) {}

    private final Archives archives;
    private final Transfer transfer;
    private final HostShell shell;
    private final SshHosts hosts;
    private final Targets targets;

    ArchiveWrite(Archives archives, Transfer transfer, HostShell shell, SshHosts hosts, Targets targets) {
        this.archives = archives;
        this.transfer = transfer;
        this.shell = shell;
        this.hosts = hosts;
        this.targets = targets;
    }

    @Override
    public String target(Input input) {
        return input.host() + "/" + input.service();
    }

    @Override
    public Output run(Input input, StepContext context) {
        Archives.Place place = archives.of(input.service(), input.host(), context);
        List<String> state = Volumes.state(input.volumes());
        Map<String, String> env = Map.of("TO", place.path());
        context.effect("write archive", place.describe());
        String begun = shell.demand(context, place.host(), BEGIN, env, "Beginning the archive " + place.path());
        if (begun.equals("whole")) {
            context.log().info("Archive " + place.describe() + " was written already by this run.");
            return new Output(place.describe(), size(place, context));
        }
        Manifest manifest = fill(input, state, place, context);
        write(place, Manifest.NAME, manifest.write(), context);
        shell.demand(context, place.host(), END, env, "Completing the archive " + place.path());
        long bytes = manifest.files().stream().mapToLong(Manifest.Entry::bytes).sum();
        context.log().info("Wrote archive " + place.describe() + ", " + new ByteSize(bytes));
        return new Output(place.describe(), bytes);
    }

    private Manifest fill(Input input, List<String> state, Archives.Place place, StepContext context) {
        List<Manifest.Entry> files = new ArrayList<>();
        for (int n = 1; n <= state.size(); n++) {
            String volume = state.get(n - 1);
            for (Map.Entry<String, String> part :
                    Map.of("tar", Transfer.TAR, "files", Transfer.FILES).entrySet()) {
                context.checkpoint();
                String name = "volume-" + n + "." + part.getKey();
                Transfer.Sent sent = transfer.send(
                        context, input.host(), part.getValue(), volume, place.host(), incoming(place, name));
                files.add(new Manifest.Entry(name, sent.bytes(), sent.sha256()));
            }
        }
        String entry = entry(targets.service(context, input.service()));
        files.add(write(place, "service.txt", entry, context));
        Map<String, String> about = new LinkedHashMap<>();
        about.put("service", input.service());
        about.put("environment", context.run().environment());
        about.put("host", input.host());
        about.put("version", Optional.ofNullable(input.version()).orElse(""));
        about.put("image", Optional.ofNullable(input.image()).orElse(""));
        about.put("run", context.run().rootId());
        about.put("written", context.clock().instant().toString());
        return new Manifest(about, state, files);
    }

    /** Its configuration in words; a secret is its reference. */
    private static String entry(Inventory.Service service) {
        StringBuilder text = new StringBuilder();
        text.append("image: ").append(service.image()).append('\n');
        text.append("class: ").append(service.containerClass().text()).append('\n');
        text.append("container: ").append(service.container()).append('\n');
        service.volumes().forEach(volume -> text.append("volume: ")
                .append(volume.source())
                .append(':')
                .append(volume.target())
                .append(volume.readOnly() ? ":ro\n" : "\n"));
        service.ports().forEach(port -> text.append("port: ")
                .append(port.address().map(address -> address + ":").orElse(""))
                .append(port.host())
                .append(':')
                .append(port.container())
                .append('\n'));
        service.env().forEach((name, value) -> text.append("env: ")
                .append(name)
                .append('=')
                .append(value)
                .append('\n'));
        service.secretEnv().forEach((name, ref) -> text.append("secret-env: ")
                .append(name)
                .append('=')
                .append(ref)
                .append('\n'));
        service.labels().forEach((name, value) -> text.append("label: ")
                .append(name)
                .append('=')
                .append(value)
                .append('\n'));
        text.append("dependencies: ")
                .append(String.join(", ", service.dependencies()))
                .append('\n');
        return text.toString();
    }

    private Manifest.Entry write(Archives.Place place, String name, String content, StepContext context) {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        hosts.write(targets.ssh(context, place.host()), incoming(place, name), bytes, "0600");
        return new Manifest.Entry(
                name, bytes.length, HexFormat.of().formatHex(Transfer.sha256().digest(bytes)));
    }

    private static String incoming(Archives.Place place, String name) {
        return place.path() + ".incoming/" + name;
    }

    private long size(Archives.Place place, StepContext context) {
        String bytes = shell.demand(
                context,
                place.host(),
                Listing.FUNCTIONS + "bytes \"$TO\"",
                Map.of("TO", place.path()),
                "Measuring the archive " + place.path());
        return Long.parseLong(bytes.strip());
    }
}
