package io.muster.steps.backup;

import io.muster.inventory.DataItem;
import io.muster.step.Reason;
import io.muster.step.StepContext;
import io.muster.step.StepFailure;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.stereotype.Component;

/** Looks for words in the files of a kept backup, each read by the tool of its type on the host of its data item. */
@Component
final class BackupSearch {

    /** As many as the line that a host answers with may have characters. */
    private static final int MOST = 200_000;

    private final Kept kept;
    private final Streams streams;
    private final DataTypes types;

    BackupSearch(Kept kept, Streams streams, DataTypes types) {
        this.kept = kept;
        this.streams = streams;
        this.types = types;
    }

    Set<String> found(StepContext context, ServicePlan plan, String path, List<String> words) {
        String backup = path.substring(path.lastIndexOf('/') + 1);
        if (!plan.describe(backup).equals(path)) {
            throw new StepFailure.Rejected(
                    Reason.NOT_FOUND,
                    path + " is no backup of " + plan.service().name() + " (they are in "
                            + plan.store().host() + ":" + plan.root()
                            + "). Name one that is kept, as `backupVerify` gives it.");
        }
        if (words.size() > MOST) {
            throw new StepFailure.Rejected(
                    Reason.INVALID_INPUT,
                    words.size() + " records are too many to look for; let the test data be " + MOST + " at most.");
        }
        Manifest manifest = kept.open(context, plan, backup);
        Set<String> found = new TreeSet<>();
        for (Manifest.Entry entry : manifest.files()) {
            context.checkpoint();
            DataItem item = plan.item(entry.item());
            String marks = streams.search(
                    context,
                    plan,
                    item,
                    plan.path(backup) + "/" + entry.name(),
                    manifest.get("recipient"),
                    script(types.of(item).text()),
                    words);
            for (int i = 0; i < Math.min(words.size(), marks.length()); i++) {
                if (marks.charAt(i) == '1') {
                    found.add(words.get(i));
                }
            }
        }
        return found;
    }

    /**
     * Prints a line with a 1 or a 0 for each line of {@code muster_w}. Words are whole: note-1 is not in note-10.
     *
     * @param text prints what comes on standard input as text
     */
    static String script(String text) {
        return "printf '%s\\n' \"$muster_w\" > \"$SCRATCH/words\"; unset muster_w\n"
                + "text() {\n" + text + "}\n"
                + """
                { ( set -e; text ) || echo failed > "$SCRATCH/failed"; cat >/dev/null; } \\
                  | { grep -aowF -f "$SCRATCH/words" || :; } \\
                  | awk 'FNR == NR { word[n++] = $0; next } { found[$0] = 1 } END { for (i = 0; i < n; i++) printf "%d", word[i] in found; print "" }' "$SCRATCH/words" -
                [ ! -e "$SCRATCH/failed" ] || fail 1 "it could not be read to its end"
                """;
    }
}
