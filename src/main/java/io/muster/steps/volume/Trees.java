package io.muster.steps.volume;

/** The whole of a directory as comparable lines: content, owners, modes and links. */
final class Trees {

    /** {@code tree PATH FILE}: as {@link Listing}, with a line for mode and owner of every entry and one for each link. */
    static final String FUNCTIONS = Listing.FUNCTIONS
            + """
            tree() (
              list "$1" "$2.files" && inside "$1" &&
              find "$what" ! -type l -exec stat -c 'mode %a %u:%g %n' {} + > "$2.unsorted" &&
              find "$what" -type l -exec sh -c 'for l; do printf "link %s -> %s\\n" "$l" "$(readlink "$l")"; done' sh {} + >> "$2.unsorted" &&
              cat "$2.files" >> "$2.unsorted" && sort "$2.unsorted" > "$2" && rm -- "$2.files" "$2.unsorted"
            )
            """;

    /** Prints the number of files, their bytes, and the SHA-256 of the tree. */
    static final String DIGEST = FUNCTIONS
            + """
            [ -d "$VOLUME" ] || { echo "there is no directory $VOLUME" >&2; exit 44; }
            t=$(mktemp); trap 'rm -f -- "$t" "$t.files" "$t.files.unsorted" "$t.unsorted"' EXIT
            tree "$VOLUME" "$t"
            sum=$(bytes "$VOLUME")
            echo "$(grep -c '^\\\\\\{0,1\\}[0-9a-f]\\{64\\}  ' "$t" || :) $sum $(sha256sum < "$t" | cut -d' ' -f1)"
            """;

    /** What a host says of a volume. */
    record Digest(long files, long bytes, String sha256) {
        static Digest parse(String line) {
            String[] parts = line.strip().split(" ");
            return new Digest(Long.parseLong(parts[0]), Long.parseLong(parts[1]), parts[2]);
        }
    }

    private Trees() {}
}
