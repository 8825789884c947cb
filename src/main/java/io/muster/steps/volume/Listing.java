package io.muster.steps.volume;

/** What the scripts on hosts share. POSIX sh, and of the host's tools only what coreutils and busybox have alike. */
final class Listing {

    /**
     * {@code list PATH FILE} writes a line {@code <sha256>  ./name} for each regular file below a path, sorted;
     * {@code bytes PATH} prints their size. Written with {@code &&}: {@code set -e} is off in what is tested. Assign what
     * they print: what is substituted among the arguments of a command may fail unseen.
     */
    static final String FUNCTIONS =
            """
            set -eu
            LC_ALL=C; export LC_ALL; umask 077
            inside() { if [ -d "$1" ]; then cd -- "$1" && what=.; else cd -- "${1%/*}/" && what="./${1##*/}"; fi; }
            list() (
              inside "$1" &&
              find "$what" -type f -exec sha256sum {} + > "$2.unsorted" &&
              sort "$2.unsorted" > "$2" &&
              rm -- "$2.unsorted"
            )
            bytes() ( inside "$1" && find "$what" -type f -exec stat -c %s {} + | awk '{ s += $1 } END { printf "%.0f\\n", s }' )
            """;

    private Listing() {}
}
