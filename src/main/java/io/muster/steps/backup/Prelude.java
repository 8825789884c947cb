package io.muster.steps.backup;

import io.muster.steps.MountPoints;

/** What the scripts on hosts share. POSIX sh; of the host's tools only what coreutils and busybox have alike. */
final class Prelude {

    /** Statuses with a meaning of their own. */
    static final int TOOL_MISSING = 42;

    static final int EMPTY = 43;

    static final int ABSENT = 44;
    static final int IN_USE = 45;
    static final int NOT_SWAPPABLE = 46;

    /** The tar of a file system that changes under it. */
    static final int CHANGED = 47;

    /** The identity does not open what is encrypted, whatever that is. */
    static final int IDENTITY = 48;

    /** A path that is a symbolic link: what reads it in one place follows it, and in another does not. */
    static final int LINK = 49;

    /**
     * {@code alone DIRECTORY}: until {@code released}, no other script that says so works in DIRECTORY, where the host has {@code flock} and its file system
     * locks: one whose server was killed goes on by itself, and would be met by the one that repeats it. All services that have data there share it: what takes
     * long is done after {@code released}. {@code spare P}: P, or a longer name that is free, in {@code muster_u}.
     * {@code put_back P OLD UNDONE}: OLD takes the place of P again, and what is there now becomes UNDONE, or a longer name where that
     * is taken; nothing where there is no OLD. It goes on wherever it was killed, and removes nothing. {@code room PATH KIND NAME}: see {@link
     * DataType#room}, of where PATH is or will be. {@code here}: ADDRESS is of this host. {@code scratched}: of SCRATCH, as room of a file. {@code piped A B}: the output of A goes to B, and both must end well. {@code fail STATUS WORDS…}. {@code there P}: P is there and no
     * symbolic link. {@code unmounted P WHY}: neither P nor anything in it is a mount point, which cannot be renamed, or would be emptied.
     * {@code beside NAME}: names what is made beside a database, in 35 characters at most, and another for each NAME.
     */
    static final String FUNCTIONS = MountPoints.FUNCTION
            + """
            LC_ALL=C; export LC_ALL; umask 077; set -eu
            fail() { muster_s=$1; shift; printf '%s\\n' "$*" >&2; exit "$muster_s"; }
            piped() {
              exec 4>&1
              muster_p=$( { { set +e; ( set -e; "$1" ) 3>&-; echo "writer $?" >&3; } | { set +e; ( set -e; "$2" ) >&4 3>&- 4>&-; echo "reader $?" >&3; }; } 3>&1 )
              exec 4>&-
              case " $(printf '%s' "$muster_p" | tr '\\n' ' ') " in
                *" writer 0 "*) ;;
                *) muster_p=${muster_p##*writer }; muster_p=${muster_p%%[!0-9]*}; exit "${muster_p:-1}" ;;
              esac
              case " $(printf '%s' "$muster_p" | tr '\\n' ' ') " in
                *" reader 0 "*) ;;
                *) muster_p=${muster_p##*reader }; muster_p=${muster_p%%[!0-9]*}; exit "${muster_p:-1}" ;;
              esac
            }
            need() { for muster_t; do command -v "$muster_t" >/dev/null 2>&1 || fail 42 "this host has no $muster_t; install the package that has it"; done; }
            real() { [ ! -L "${1%/}" ] || fail 49 "$1 is a symbolic link to $(readlink -- "${1%/}"); name that in the plan and in volumes"; }
            unmounted() { muster_m=$(mounts "$1") || exit; [ -z "$muster_m" ] || fail 46 "$muster_m is a mount point, $2"; }
            there() { real "$1"; [ -e "$1" ] || fail 44 "there is no $1"; }
            alone() {
              [ -d "$1" ] && command -v flock >/dev/null 2>&1 || return 0
              exec 9<"$1"; muster_n=0
              # Who says why has no locks here, and is not kept from its work.
              until muster_f=$(flock -n 9 2>&1) || [ -n "$muster_f" ]; do
                [ "$muster_n" != 0 ] || printf '%s\\n' "waiting for another restore below $1" >&2
                muster_n=$((muster_n + 1)); [ "$muster_n" -le 600 ] || fail 45 "another restore below $1 has not let go of it in 10 minutes; look for its shell on this host (fuser $1), then retry"
                sleep 1
              done
            }
            released() { exec 9<&-; }
            spare() { muster_u=$1; while [ -e "$muster_u" ]; do muster_u=${muster_u}x; done; }
            put_back() {
              [ -e "$2" ] || {
                [ -e "$1" ] || [ ! -e "$3" ] || fail 45 "there is no $1 and no $2: look at what is in $3, and rename what was there before to $1"
                return 0
              }
              if [ -e "$1" ]; then
                spare "$3"; mv -- "$1" "$muster_u"
              fi
              mv -- "$2" "$1"
            }
            room() {
              muster_d=${1%/*}; while [ -n "$muster_d" ] && [ ! -d "$muster_d" ]; do muster_d=${muster_d%/*}; done
              printf '%s %s %s %s\\n' "$(stat -c %d -- "$muster_d/")" "$(df -Pk -- "$muster_d/" | awk 'END { print $(NF-2) }')" "$2" "$3"
            }
            here() {
              case $ADDRESS in
                ''|/*|localhost|127.*|::1) ;;
                *) { hostname; hostname -I; } 2>/dev/null | tr ' ' '\\n' | grep -qxF -e "$ADDRESS" ;;
              esac
            }
            scratched() { room "$SCRATCH/x" file "${SCRATCH%/*}"; }
            beside() {
              [ "${#1}" -gt 24 ] || { printf '%s' "$1"; return; }
              printf '%.24s-%s' "$(printf '%s' "$1" | tr -c 'A-Za-z0-9_-' _)" "$(printf '%s' "$1" | cksum | cut -d ' ' -f 1)"
            }
            """;

    /** Makes and removes SCRATCH. */
    static final String SCRATCH =
            """
            SCRATCH=$(mktemp -d); trap 'rm -rf -- "$SCRATCH"' EXIT
            """;

    private Prelude() {}
}
