package io.muster.remote.ssh;

import io.muster.inventory.Inventory;
import java.time.Duration;
import java.util.Map;

/** Ends a remote process group: TERM, after five seconds KILL, and looks until nothing of it is left. */
final class RemoteKill {

    /** Zombies count as gone: in a container without an init nobody collects them. */
    private static final String SCRIPT =
            """
            left() {
              if [ ! -r /proc/self/stat ]; then kill -0 "$TARGET" 2>/dev/null; return; fi
              for file in /proc/[0-9]*/stat; do
                { read -r line <"$file"; } 2>/dev/null || continue
                pid=${line%% *}
                set -- ${line##*) }
                case $1 in Z|X) continue;; esac
                if [ "$GROUP" = yes ]; then [ "$3" = "$ID" ] && return 0
                else [ "$pid" = "$ID" ] && return 0; fi
              done
              return 1
            }
            line=; { read -r line <"/proc/$ID/stat"; } 2>/dev/null
            if [ -n "$line" ]; then set -- ${line##*) }; [ "${20}" = "$START" ] || exit 0; fi
            for signal in TERM KILL; do
              left || exit 0
              kill -s "$signal" -- "$TARGET"
              looks=50
              while [ "$looks" -gt 0 ] && left; do
                sleep 0.1 2>/dev/null || { sleep 1; looks=$((looks - 9)); }
                looks=$((looks - 1))
              done
            done
            ! left
            """;

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final RemoteScripts scripts;
    private final Inventory.Environment environment;
    private final Route route;

    RemoteKill(RemoteScripts scripts, Inventory.Environment environment, Route route) {
        this.scripts = scripts;
        this.environment = environment;
        this.route = route;
    }

    /** Returns what went wrong; nothing, when all of it is gone, which nobody can tell of what leads no group. */
    String kill(RemoteProcess process, boolean sudo) {
        Map<String, String> env = Map.of(
                "ID",
                Long.toString(process.id()),
                "TARGET",
                (process.leadsGroup() ? "-" : "") + process.id(),
                "GROUP",
                process.leadsGroup() ? "yes" : "no",
                "START",
                Long.toString(process.start()));
        Captured said = new Captured(4096);
        int status = scripts.run(
                environment,
                route,
                new ShellScript(SCRIPT, env, sudo),
                said,
                RemoteScripts.Watch.total(LIMIT, () -> false));
        if (status != 0) {
            return (process + " did not go away " + said.errors()).strip();
        }
        return process.leadsGroup()
                ? ""
                : process + " was killed, but leads no process group, since the host has no setsid: what it had started"
                        + " may still run";
    }
}
