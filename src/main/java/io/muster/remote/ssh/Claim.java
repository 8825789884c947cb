package io.muster.remote.ssh;

import io.muster.remote.DurableCommands;
import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.util.Optional;

/** What is known of a command's claim on its target, here and in the ledger. */
final class Claim {

    private static final String PREPARED = "ssh command";
    private static final String STARTED = "ssh command runs";

    private final Route route;
    private final DurableCommands.Ledger ledger;
    private final boolean inherited;
    private Optional<Handle> handle;
    private int starts;

    Claim(Route route, DurableCommands.Ledger ledger) {
        this.route = route;
        this.ledger = ledger;
        this.handle = ledger.recorded().map(Handle::parse);
        this.inherited = handle.isPresent();
    }

    Optional<String> directory() {
        return handle.map(Handle::directory);
    }

    Optional<RemoteProcess> process() {
        return handle.flatMap(Handle::process);
    }

    /** Whether a start may have reached the target. */
    boolean mayRun() {
        return handle.isPresent();
    }

    /** Whether another start of the same command may still be on its way to the target. */
    boolean contested() {
        return inherited || starts > 1;
    }

    /** Decides by what is on the target and what is recorded whether the command is to be started now. */
    boolean toBeStarted(Attachment.Prepared found) {
        if (handle.isEmpty()) {
            Handle now = new Handle(found.boot(), found.directory(), Optional.empty());
            ledger.record(PREPARED, now.toString());
            handle = Optional.of(now);
        } else if (!found.claimed()) {
            refuseWhatIsGone(handle.get(), found);
        }
        if (found.claimed()) {
            return false;
        }
        starts++;
        return true;
    }

    private void refuseWhatIsGone(Handle known, Attachment.Prepared found) {
        if (!known.boot().equals(found.boot())) {
            throw unknown("The host has rebooted since the command was sent, and its directory " + known.directory()
                    + " is gone");
        }
        if (known.process().isPresent()) {
            throw unknown("The command ran as " + known.process().get() + ", and its directory " + known.directory()
                    + " is gone");
        }
    }

    void runs(RemoteProcess process) {
        if (process().isEmpty()) {
            Handle now = handle.orElseThrow().with(process);
            ledger.record(STARTED, now.toString());
            handle = Optional.of(now);
        }
    }

    void forgotten() {
        ledger.forgotten();
    }

    StepFailure unknown(String what) {
        return new StepFailure.Fatal(
                Reason.OUTCOME_UNKNOWN,
                what + " on " + route
                        + ". Nobody can know whether it did its work, or how much of it. Look on the host "
                        + "what it has done before you decide to run it again.");
    }
}
