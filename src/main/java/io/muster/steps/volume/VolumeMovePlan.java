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
        name = "volumeMovePlan",
        title = "Plan a copy of volumes to another host",
        description =
                "Says how much `volumeCopy` with the same input would copy, and changes nothing. Fails when something is at the"
                        + " destination already, when there is no room there, when it is more than the limit, or when a volume that the"
                        + " service only reads (`:ro`), which is not copied, is not there.",
        category = "Volume",
        changes = false,
        afterCrash = AfterCrash.REPEAT,
        timeout = "PT30M",
        errors = {
            Reason.CONFLICT,
            Reason.NOT_FOUND,
            Reason.INVALID_INPUT,
            Reason.NOT_IN_INVENTORY,
            Reason.TASK_FAILED,
            Reason.NO_SPACE
        })
public class VolumeMovePlan implements Step<MoveInput, VolumeMovePlan.Output> {

    private static final String SIZE = Listing.FUNCTIONS
            + "[ -d \"$VOLUME\" ] || { echo \"there is no directory $VOLUME\" >&2; exit 44; }; bytes \"$VOLUME\"\n";
    private static final String THERE =
            "if [ -e \"$VOLUME\" ] && [ -n \"$(ls -A -- \"$VOLUME\")\" ]; then echo taken; else echo free; fi";

    public record Output(
            @Field(label = "Bytes") long bytes,
            @Field(label = "Summary", description = "One sentence.") String summary) {}

    private final HostShell shell;
    private final Transfer transfer;

    VolumeMovePlan(HostShell shell, Transfer transfer) {
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
        long all = 0;
        long largest = 0;
        for (Move.Pair pair : move.pairs()) {
            String bytes = shell.demand(
                    context, move.from(), SIZE, Map.of("VOLUME", pair.source()), "Measuring " + pair.source());
            all += Long.parseLong(bytes.strip());
            largest = Math.max(largest, Long.parseLong(bytes.strip()));
            String there = shell.demand(
                    context, move.to(), THERE, Map.of("VOLUME", pair.target()), "Looking at " + pair.target());
            if (!there.equals("free")) {
                throw new StepFailure.Rejected(
                        Reason.CONFLICT,
                        "There is something in " + pair.target() + " on " + move.to() + " already. It is not"
                                + " overwritten: look what it is, move it away, then start again.");
            }
        }
        Volumes.readOnly(input.toVolumes()).forEach(volume -> demandThere(input, volume, context));
        for (Move.Pair pair : move.pairs()) {
            transfer.demandRoom(context, move.to(), pair.target(), all + largest, largest, input.maximum());
        }
        String summary = move.pairs().isEmpty()
                ? "It keeps no state in volumes."
                : new ByteSize(all) + " of data will be copied from " + move.from() + " to " + move.to()
                        + ", the service being stopped meanwhile, and compared there.";
        context.log().info(summary);
        return new Output(all, summary);
    }

    /** What it may only read is no state of its: whoever put it on the one host puts it on the other. */
    private void demandThere(MoveInput input, String volume, StepContext context) {
        String there = shell.demand(
                context,
                input.to(),
                "if [ -e \"$VOLUME\" ]; then echo there; fi",
                Map.of("VOLUME", volume),
                "Looking for " + volume);
        if (there.isEmpty()) {
            throw new StepFailure.Rejected(
                    Reason.NOT_FOUND,
                    "There is no " + volume + " on " + input.to() + ", which " + input.service()
                            + " reads (`:ro`). Such volumes are not copied: put it there, then start again.");
        }
    }
}
