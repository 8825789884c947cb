package io.muster.remote.ssh;

import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.util.Map;
import java.util.Optional;

/** Ends a command that nobody follows any more, for a run that was cancelled while its server was away. */
final class Abandoned {

    /** Whoever comes with a late start finds the claim. */
    private static final String LOOK =
            """
            boot=; { IFS= read -r boot </proc/sys/kernel/random/boot_id; } 2>/dev/null
            one=; { IFS= read -r one </proc/1/stat; } 2>/dev/null
            set -- ${one##*) }
            boot=${boot:-unknown}.${20:-0}
            # Whatever is left of its directory: no command outlives its boot.
            [ "$boot" = "$BOOT" ] || { echo rebooted; exit; }
            umask 077
            if mkdir "$DIR" 2>/dev/null; then
              printf '%s 0 0 0\\n%-40s\\n' "$boot" over >"$DIR/state"; echo absent; exit
            fi
            [ -d "$DIR" ] || { echo absent; exit; }
            # Between a claim and its first record there is a moment.
            waits=100
            while :; do
              at= pid= group= start= is=
              { read -r at pid group start && read -r is more; } 2>/dev/null <"$DIR/state" && break
              [ "$waits" -gt 0 ] || { echo unknown; exit; }
              sleep 0.1 2>/dev/null || { sleep 1; waits=$((waits - 9)); }
              waits=$((waits - 1))
            done
            [ "$at" = "$boot" ] || is=rebooted
            echo "${is:-unknown} ${pid:-0} ${group:-0} ${start:-0}"
            """;

    /** A process that the command left in the background may hold its output open. */
    private static final String SWEEP =
            """
            boot=; { IFS= read -r boot </proc/sys/kernel/random/boot_id; } 2>/dev/null
            one=; { IFS= read -r one </proc/1/stat; } 2>/dev/null
            set -- ${one##*) }
            at=; is=
            { read -r at more && read -r is more; } 2>/dev/null <"$DIR/state"
            [ "$is" = running ] && [ "$at" = "${boot:-unknown}.${20:-0}" ] && exit 3
            rm -rf "$DIR" && [ ! -e "$DIR" ]
            """;

    private static final int STILL_RUNS = 3;

    private static final String REMOVE = "rm -rf \"$DIR\"";

    private final Reach reach;
    private final boolean sudo;
    private final Handle handle;

    Abandoned(Reach reach, boolean sudo, Handle handle) {
        this.reach = reach;
        this.sudo = sudo;
        this.handle = handle;
    }

    String end() {
        Captured said = new Captured(4096);
        int status = reach.run(LOOK, Map.of("DIR", handle.directory(), "BOOT", handle.boot()), sudo, said);
        String[] words = said.text().strip().split(" ");
        if (status != 0 || words[0].equals("unknown") || words[0].isEmpty()) {
            throw unknown("its directory " + handle.directory() + " does not tell how far it came"
                    + (said.errors().isBlank() ? "" : ": " + said.errors().strip()));
        }
        if (words[0].equals("absent")) {
            return absent();
        }
        String what = words[0].equals("running") || words[0].equals("exited")
                ? killed(RemoteProcess.parse(words[1] + " " + words[2] + " " + words[3]))
                : "The command on " + reach.route() + " was not running any more.";
        reach.run(REMOVE, Map.of("DIR", handle.directory()), sudo, new Captured(0));
        return what;
    }

    /** @throws StepFailure.Transient when it is still there */
    void sweep() {
        Captured said = new Captured(4096);
        int status = reach.run(SWEEP, Map.of("DIR", handle.directory()), sudo, said);
        if (status != 0) {
            throw new StepFailure.Transient(
                    Reason.OUTCOME_UNKNOWN,
                    handle.directory() + " on " + reach.route() + " is still there: "
                            + (status == STILL_RUNS
                                    ? "its command has not ended."
                                    : "it could not be removed ("
                                            + said.errors().strip() + ")."));
        }
    }

    private String absent() {
        Optional<RemoteProcess> process = handle.process();
        return process.map(this::killed).orElse("The command on " + reach.route() + " had not been started.");
    }

    private String killed(RemoteProcess process) {
        String left = reach.kill(process, sudo);
        if (!left.isEmpty()) {
            throw unknown(left);
        }
        return "The command on " + reach.route() + " was ended: " + process
                + " was killed and is gone. What it had done until then stays.";
    }

    private StepFailure unknown(String why) {
        return new StepFailure.Fatal(
                Reason.OUTCOME_UNKNOWN,
                "The command on " + reach.route() + " was to be ended, which could not be verified (" + why
                        + "). Look on the host whether it still runs.");
    }
}
