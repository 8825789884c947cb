package io.muster.remote.ssh;

import io.muster.step.Reason;
import io.muster.step.StepFailure;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.regex.Pattern;

/** What runs on the host for {@link RemoteFiles}: POSIX sh with coreutils or BusyBox. */
final class FileScripts {

    static final String CONTENT_DIFFERS = "ContentDiffers";
    static final int ABSENT = 20;

    private static final int DIRECTORY = 21;
    static final int TOO_BIG = 22;
    private static final int DIFFERS = 23;
    private static final int NO_PARENT = 24;

    private static final Pattern MODE = Pattern.compile("0?[0-7]{3,4}");

    /**
     * A symbolic link stays and its target is replaced. The temporary file is in the same directory, private until it is
     * complete, then gets the old file's owner and the mode, reaches the disk, and takes its place in one step.
     */
    static final String REPLACE =
            """
            if [ -d "$FILE" ]; then exit 21; fi
            if [ -L "$FILE" ]; then FILE=$(readlink -f -- "$FILE") || exit 1; fi
            case $FILE in */*) dir=${FILE%/*};; *) dir=.;; esac
            [ -n "$dir" ] || dir=/
            [ -d "$dir" ] || exit 24
            umask 077
            temporary=$(mktemp "$dir/.muster.XXXXXXXX") || exit 1
            trap 'rm -f "$temporary"' EXIT
            trap 'exit 129' HUP INT TERM
            cat >"$temporary" || exit 1
            [ "$(($(wc -c <"$temporary")))" -eq "$SIZE" ] || exit 23
            hash=$(sha256sum <"$temporary") || exit 1
            hash=${hash%% *}
            [ "$hash" = "$SHA256" ] || exit 23
            if [ -e "$FILE" ]; then
              set -- $(ls -nd -- "$FILE"); owner=$3:$4
              set -- $(ls -nd -- "$temporary")
              [ "$owner" = "$3:$4" ] || chown "$owner" "$temporary" || exit 1
            fi
            chmod "$MODE" "$temporary" || exit 1
            sync "$temporary" 2>/dev/null || sync
            mv -f -- "$temporary" "$FILE" || exit 1
            trap - EXIT
            sync "$dir" 2>/dev/null || sync
            echo "$hash"
            """;

    static final String READ =
            """
            [ -e "$FILE" ] || [ -L "$FILE" ] || { ls -d -- "$FILE" >/dev/null; exit 20; }
            if [ -d "$FILE" ]; then exit 21; fi
            size=$(wc -c <"$FILE") || exit 1
            if [ "$((size))" -gt "$LIMIT" ]; then echo "$((size)) bytes, at most $LIMIT wanted" >&2; exit 22; fi
            cat <"$FILE"
            """;

    /** The content on the one stream, its hash on the other. */
    static final String SEND =
            """
            [ -e "$FILE" ] || [ -L "$FILE" ] || { ls -d -- "$FILE" >/dev/null; exit 20; }
            if [ -d "$FILE" ]; then exit 21; fi
            cat <"$FILE" || exit 1
            hash=$(sha256sum <"$FILE") || exit 1
            echo "${hash%% *}" >&2
            """;

    static final String REMOVE =
            """
            [ -e "$FILE" ] || [ -L "$FILE" ] || { ls -d -- "$FILE" >/dev/null; exit 20; }
            if [ -d "$FILE" ] && [ ! -L "$FILE" ]; then exit 21; fi
            rm -f -- "$FILE"
            """;

    static void checkMode(String path, String mode) {
        if (!MODE.matcher(mode).matches()) {
            throw new StepFailure.Rejected(
                    Reason.INVALID_INPUT,
                    "The mode `" + mode + "` for " + path + " is not octal; give three or four digits, as `0644`.");
        }
    }

    static StepFailure failure(String verb, Route route, String path, int status, Captured output) {
        String what = "Cannot " + verb + " " + path + " on " + route + ": ";
        String said = output.errors();
        if (denied(output)) {
            return new StepFailure.Fatal(
                    Reason.PERMISSION_DENIED,
                    what + said + ". User " + route.ssh().user() + " needs the right to do it.");
        }
        if (verb.equals("write") && full(output)) {
            return new StepFailure.Rejected(
                    Reason.NO_SPACE,
                    what + said
                            + ". The file is as it was before, and no part of the new one was left. Free space there,"
                            + " then retry.");
        }
        return switch (status) {
            case ABSENT -> new StepFailure.Rejected(Reason.NOT_FOUND, what + "it does not exist.");
            case DIRECTORY -> new StepFailure.Rejected(Reason.INVALID_INPUT, what + "it is a directory; name a file.");
            case TOO_BIG -> new StepFailure.Rejected(Reason.INVALID_INPUT, what + "it is too big: " + said + ".");
            case DIFFERS -> new StepFailure.Transient(
                    CONTENT_DIFFERS,
                    what
                            + "what arrived differs from what was sent (length or SHA-256). The file is as it was before.");
            case NO_PARENT -> new StepFailure.Rejected(
                    Reason.NOT_FOUND, what + "its directory does not exist; create it first. Nothing was written.");
            default -> new StepFailure.Fatal(
                    Reason.NON_ZERO_EXIT, what + (said.isEmpty() ? "exit status " + status : said) + ".");
        };
    }

    private static boolean full(Captured output) {
        return output.errors().contains("No space left") || output.errors().contains("quota exceeded");
    }

    static boolean denied(Captured output) {
        return output.errors().contains("Permission denied") || output.errors().contains("not permitted");
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private FileScripts() {}
}
