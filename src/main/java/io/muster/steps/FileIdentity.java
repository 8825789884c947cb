package io.muster.steps;

/** What tells a file or directory from another that is put in its place, also one that gets its inode, as the next one often does. */
public final class FileIdentity {

    /** {@code identity PATH}: device, inode and, where the host's tools and file system tell it, the moment of birth; no blanks. */
    public static final String FUNCTION =
            """
            identity() {
              muster_n=$(stat -c %d:%i -- "$1")
              muster_b=$(stat -c %.9W -- "$1" 2>/dev/null) || muster_b=
              case $muster_b in *[!0-9.]*|0*|'') ;; *) muster_n=$muster_n:$muster_b ;; esac
              printf '%s\\n' "$muster_n"
            }
            """;

    private FileIdentity() {}
}
