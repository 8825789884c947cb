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
import java.util.Map;

@StepInfo(
        name = "volumeCopy",
        title = "Copy volumes to another host",
        description =
                "Copies the writable volumes of a service, which must be stopped, to another host: as a tar archive over SSH,"
                        + " unpacked beside the destination, and compared there with the source entry by entry (content, mode,"
                        + " owner, links). Only what is the same gets its name. What is at the destination and not the same is never"
                        + " overwritten. The source is only read.",
        category = "Volume",
        changes = true,
        afterCrash = AfterCrash.RESUME,
        timeout = "PT2H",
        errors = {Reason.CONFLICT, Reason.INVALID_INPUT, Reason.CHECK_FAILED, Reason.NOT_IN_INVENTORY, Reason.NO_SPACE})
public class VolumeCopy implements Step<MoveInput, VolumeCopy.Output> {

    private static final String BEGIN = Trees.FUNCTIONS
            + """
            if [ -e "$TO" ] && [ -n "$(ls -A -- "$TO")" ]; then
              t=$(mktemp); tree "$TO" "$t"; sha256sum < "$t" | cut -d' ' -f1; rm -f -- "$t"; exit 0
            fi
            umask 022; mkdir -p -- "${TO%/*}"; umask 077
            rm -rf -- "$TO.muster-incoming"; mkdir -- "$TO.muster-incoming"
            echo begun
            """;

    private static final String UNPACK = Trees.FUNCTIONS
            + """
            mkdir -- "$TO.muster-incoming/data"
            tar --numeric-owner -xpf "$TO.muster-incoming/volume.tar" -C "$TO.muster-incoming/data"
            rm -- "$TO.muster-incoming/volume.tar"
            tree "$TO.muster-incoming/data" "$TO.muster-incoming/tree"
            now=$(sha256sum < "$TO.muster-incoming/tree" | cut -d' ' -f1)
            echo "$now"
            [ "$now" = "$WANTED" ] || exit 47
            sync
            [ ! -d "$TO" ] || rmdir -- "$TO"
            mv -- "$TO.muster-incoming/data" "$TO"
            rm -rf -- "$TO.muster-incoming"
            """;

    public record Output(
            @Field(label = "Files") long files,
            @Field(label = "Bytes") long bytes,
            @Field(label = "Digests", description = "One path=SHA-256 per line: of the sources' whole trees.")
                    Map<String, String> digests,
            @Field(label = "Summary", description = "One sentence.") String summary) {}

    private final HostShell shell;
    private final Transfer transfer;

    VolumeCopy(HostShell shell, Transfer transfer) {
        this.shell = shell;
        this.transfer = transfer;
    }

    @Override
    public String target(MoveInput input) {
        return input.to() + "/" + input.service();
    }

    @Override
    public Output run(MoveInput input, StepContext context) {
        Move move = input.move();
        Map<String, String> digests = new java.util.TreeMap<>();
        long files = 0;
        long bytes = 0;
        for (Move.Pair pair : move.pairs()) {
            context.checkpoint();
            Trees.Digest source = Move.digest(shell, context, move.from(), pair.source());
            copy(input, move, pair, source, context);
            digests.put(pair.source(), source.sha256());
            files += source.files();
            bytes += source.bytes();
        }
        String summary = files + " files, " + new ByteSize(bytes) + ", are on " + move.to() + " as they are on "
                + move.from() + ": content, modes and owners are the same.";
        context.log().info(summary);
        return new Output(files, bytes, digests, summary);
    }

    private void copy(MoveInput input, Move move, Move.Pair pair, Trees.Digest source, StepContext context) {
        transfer.demandRoom(context, move.to(), pair.target(), 2 * source.bytes(), source.bytes(), input.maximum());
        context.effect("copy volume", move.to() + ":" + pair.target());
        Map<String, String> to = Map.of("TO", pair.target(), "WANTED", source.sha256());
        String begun = shell.demand(context, move.to(), BEGIN, to, "Beginning the copy to " + pair.target());
        if (begun.equals(source.sha256())) {
            context.log().info(pair.target() + " on " + move.to() + " already is the same as the source.");
            return;
        }
        if (!begun.equals("begun")) {
            throw new StepFailure.Rejected(
                    Reason.CONFLICT,
                    "There is something in " + pair.target() + " on " + move.to() + " that is not what is in "
                            + pair.source() + " on " + move.from()
                            + ". It was not touched. Look what it is, move it away,"
                            + " then retry.");
        }
        transfer.send(
                context,
                move.from(),
                Transfer.TAR,
                pair.source(),
                move.to(),
                pair.target() + ".muster-incoming/volume.tar");
        HostShell.Answer arrived = shell.run(context, move.to(), UNPACK, to);
        if (arrived.status() != 0) {
            throw new StepFailure.Rejected(
                    Reason.CHECK_FAILED,
                    "What arrived in " + pair.target() + ".muster-incoming on " + move.to() + " is not what is in "
                            + pair.source() + " on " + move.from() + " (tree " + arrived.output() + " instead of "
                            + source.sha256() + ", exit status " + arrived.status() + "): " + arrived.errors()
                            + " Nothing was put in place. Look whether something still writes to the source, then retry.");
        }
    }
}
