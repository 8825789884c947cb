package io.muster.steps.backup;

import io.muster.recovery.Backups;
import io.muster.step.Reason;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import io.muster.steps.HostShell;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;

/**
 * The directories of the backup store. A backup that is being written is {@code ID.incoming}; it gets its name, by renaming, when
 * it has been read back and has its manifest. In it a file that is being written is {@code NAME.part}, and {@code .NAME.taken} says of a
 * whole one its bytes and SHA-256.
 */
@Component
final class Store {

    static final Pattern ID = Pattern.compile("[0-9]{8}T[0-9]{6}Z-[0-9a-z]{4,16}");

    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    /** What a store keeps free beside the data. */
    static final long MARGIN = 64L << 20;

    static final String RECEIVE =
            """
            LC_ALL=C; export LC_ALL; umask 077; set -eu
            rm -f -- "$FILE.part"; cat > "$FILE.part"; stat -c %s -- "$FILE.part"
            """;

    static final String SEND = "set -eu; exec cat -- \"$FILE\"\n";

    private static final String BEGIN =
            """
            umask 022; mkdir -p -- "${TO%/*}"; umask 077; chmod 700 -- "${TO%/*}"
            [ ! -e "$TO" ] || { echo whole; exit 0; }
            mkdir -p -- "$TO.incoming"; rm -f -- "$TO.incoming"/*.part
            cd -- "$TO.incoming"; for f in .*.taken; do [ -f "$f" ] && { printf '%s ' "$f"; cat -- "$f"; }; done; echo begun
            """;

    private static final String TAKEN =
            """
            cd -- "$TO.incoming"; sync "$NAME.part" 2>/dev/null || sync; mv -- "$NAME.part" "$NAME"
            printf '%s\\n' "$TAKEN" > ".new.part"; mv -- .new.part ".$NAME.taken"
            """;

    private static final String DROP = "rm -f -- \"$FILE.part\"\n";

    private static final String SEALED =
            """
            [ ! -e "$TO" ] || exit 0
            cd -- "$TO.incoming"; printf '%s' "$MANIFEST" > MANIFEST.part; mv -- MANIFEST.part MANIFEST.yml; rm -f -- .*.taken; sync
            cd ..; mv -- "$TO.incoming" "$TO"; sync "$TO" 2>/dev/null || sync
            """;

    private static final String FREE =
            """
            d=$DIRECTORY; while [ ! -d "$d" ]; do d=${d%/*}; d=${d:-/}; done; LC_ALL=C df -Pk -- "$d" | awk 'END { print $(NF-2) }'
            """;

    private static final String LIST =
            "[ -d \"$ROOT\" ] || exit 0; cd -- \"$ROOT\"; for f in *; do [ ! -d \"$f\" ] || echo \"$f\"; done\n";

    private final HostShell shell;

    Store(HostShell shell) {
        this.shell = shell;
    }

    /** Bytes that are free where backups of the service go. */
    long free(StepContext context, ServicePlan plan) {
        String answer = demand(
                context, plan, FREE, Map.of("DIRECTORY", plan.root()), "Looking for free space below " + plan.root());
        return Long.parseLong(answer.strip()) * 1024;
    }

    /** @param whole whether the backup is there already
     *  @param taken what is known of its files, by name: bytes and SHA-256 */
    record Begun(boolean whole, Map<String, Streams.Passed> taken) {}

    /** Makes room for a backup, or finds what an earlier attempt left of it. */
    Begun begin(StepContext context, ServicePlan plan, String backup) {
        String path = plan.path(backup);
        List<String> lines = demand(context, plan, BEGIN, Map.of("TO", path), "Beginning backup " + path)
                .lines()
                .toList();
        if (lines.contains("whole")) {
            return new Begun(true, Map.of());
        }
        Map<String, Streams.Passed> taken = new java.util.HashMap<>();
        lines.stream()
                .filter(line -> line.startsWith("."))
                .map(line -> line.split(" "))
                .forEach(parts -> {
                    String name = parts[0].substring(1, parts[0].length() - ".taken".length());
                    taken.put(name, new Streams.Passed(Long.parseLong(parts[1]), parts[2], ""));
                });
        return new Begun(false, taken);
    }

    String incoming(ServicePlan plan, String backup, String name) {
        return plan.path(backup) + ".incoming/" + name;
    }

    void taken(StepContext context, ServicePlan plan, String backup, String name, Streams.Passed passed) {
        Map<String, String> env =
                Map.of("TO", plan.path(backup), "NAME", name, "TAKEN", passed.bytes() + " " + passed.sha256());
        demand(context, plan, TAKEN, env, "Keeping " + name + " of backup " + backup);
    }

    /** Removes what came of a file; a failure is only logged, since what is not whole does not count. */
    void drop(StepContext context, ServicePlan plan, String file) {
        try {
            demand(context, plan, DROP, Map.of("FILE", file), "Removing " + file + ".part");
        } catch (StepFailure e) {
            context.log().info("What came of it is left as " + file + ".part: " + e.getMessage());
        }
    }

    void sealed(StepContext context, ServicePlan plan, String backup, String manifest) {
        demand(
                context,
                plan,
                SEALED,
                Map.of("TO", plan.path(backup), "MANIFEST", manifest),
                "Sealing backup " + plan.path(backup));
    }

    /** Names of the directories below the service's root, sorted: backups, and what is being written. */
    List<String> names(StepContext context, ServicePlan plan) {
        List<String> names = new ArrayList<>(
                demand(context, plan, LIST, Map.of("ROOT", plan.root()), "Listing the backups in " + plan.root())
                        .lines()
                        .filter(name -> !name.isBlank())
                        .toList());
        names.sort(null);
        return names;
    }

    /** A backup by its id, or for {@code latest} the newest one that has its name; one of a time to come only where there is no other. */
    String choose(StepContext context, ServicePlan plan, String wanted) {
        if (!wanted.equals("latest")) {
            if (!ID.matcher(wanted).matches()) {
                throw new StepFailure.Rejected(
                        Reason.INVALID_INPUT,
                        "'" + wanted + "' is no backup's id; give `latest`, or one such as 20260102T030405Z-1a2b3c4d.");
            }
            return wanted;
        }
        String now = id(context.clock().instant().plus(Backups.SKEW), "zzzz");
        List<String> names = names(context, plan);
        return newest(names.stream().filter(name -> name.compareTo(now) <= 0).toList())
                .or(() -> newest(names))
                .orElseThrow(() -> new StepFailure.Rejected(
                        BackupFailure.NONE,
                        "There is no backup of " + plan.service().name() + " in "
                                + plan.store().host() + ":" + plan.root() + ". Run `service-backup` first."));
    }

    static Optional<String> newest(List<String> names) {
        return names.stream().filter(ID.asMatchPredicate()).max(String::compareTo);
    }

    /** When a backup of this id was planned. */
    static Instant takenAt(String id) {
        return STAMP.parse(id.substring(0, id.indexOf('-')), Instant::from);
    }

    static String id(Instant at, String suffix) {
        return STAMP.format(at) + "-" + suffix;
    }

    String demand(StepContext context, ServicePlan plan, String script, Map<String, String> env, String what) {
        HostShell.Answer answer =
                shell.run(context, plan.store().host(), "LC_ALL=C; export LC_ALL; set -eu\n" + script, env);
        if (answer.status() != 0) {
            throw BackupFailure.ofScript(what, plan.store().host(), answer.status(), answer.errors());
        }
        return answer.output();
    }
}
