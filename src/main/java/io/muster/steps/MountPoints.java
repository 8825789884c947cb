package io.muster.steps;

/** What is mounted at or below a path of a host: it cannot be renamed with what it is in, and would be emptied with it. */
public final class MountPoints {

    /**
     * {@code mounts PATH}: prints the first mount point that is PATH, or in it, whatever links lead to PATH; nothing where there is none. Ends with
     * 1 and a sentence on standard error where the host does not tell.
     */
    public static final String FUNCTION =
            """
            mounts() {
              muster_p=${1%/}; muster_d=${muster_p%/*}/; muster_k=
              [ -d "$muster_d" ] || return 0
              # The kernel tells real paths.
              muster_d=$(cd -P -- "$muster_d" && pwd -P) || { printf '%s\\n' "what is mounted in $1 cannot be told" >&2; exit 1; }
              muster_p=${muster_d%/}/${muster_p##*/}
              while read -r muster_x muster_x muster_x muster_x muster_m muster_x; do
                muster_k=known
                case $muster_m in (*\\\\*) muster_m=$(printf '%b' "$muster_m");; esac
                case $muster_m in ("$muster_p"|"$muster_p"/*) printf '%s' "$muster_m"; return 0;; esac
              done < /proc/self/mountinfo || :
              [ -n "$muster_k" ] || { printf '%s\\n' "what is mounted in $1 cannot be told: this host has no /proc/self/mountinfo" >&2; exit 1; }
            }
            """;

    private MountPoints() {}
}
