package io.muster.steps.backup;

import io.muster.inventory.DataItem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Files and directories, as a tar archive with owners and modes. They are put back beside themselves, then renamed. */
@Component
class FilesData implements DataType {

    /** {@code each F}: F for each path; {@code first}: the first of them. */
    private static final String PATHS =
            """
            each() { while IFS= read -r p; do "$1" "$p" </dev/null; done <<MUSTER_PATHS
            $PATHS
            MUSTER_PATHS
            }
            first=${PATHS%%
            *}
            """;

    /** What changes places does so alone; every path of an item is on the lock of its first. */
    private static final String ALONE = PATHS + "alone \"${first%/*}/\"\n";

    /** GNU tar tells of lists of access, extended attributes, holes and parts of seconds; that of busybox knows none of them. */
    private static final String TAR =
            """
            # Not labels, which are of the host's policy.
            more="--acls --xattrs --xattrs-include=user.* --xattrs-include=trusted.* --xattrs-include=security.capability"
            gnu() { tar --help 2>/dev/null | grep -qF -e --xattrs-include; }
            pack() {
              if gnu; then ( set -f; exec tar --format=posix --pax-option=delete=atime,delete=ctime,comment=muster --sparse $more --numeric-owner -cf - "$@" )
              else tar --numeric-owner -cf - "$@"; fi
            }
            unpack() {
              if gnu; then ( set -f; exec tar $more --numeric-owner -xpf - "$@" )
              else { cat -- "$SCRATCH/head"; cat; } | tar --numeric-owner -xpf - "$@"; fi
            }
            # What GNU tar made begins with a header of its own kind, which others pass over with the names, attributes and holes in it.
            readable() {
              gnu || {
                dd bs=1 count=512 of="$SCRATCH/head" 2>/dev/null
                case $(dd if="$SCRATCH/head" bs=1 skip=156 count=1 2>/dev/null) in
                  g|x) fail 42 "this host has no GNU tar, which made the backup: the one it has would leave out long names, attributes and holes without a word; install the package tar" ;;
                esac
              }
            }
            """;

    @Override
    public String name() {
        return "files";
    }

    @Override
    public String suffix() {
        return "tar";
    }

    @Override
    public List<String> problems(DataItem item) {
        List<String> wrong = new ArrayList<>();
        if (item.paths().isEmpty()) {
            wrong.add("needs `paths`");
        }
        item.paths().stream()
                .filter(path -> path.equals("/"))
                .forEach(path -> wrong.add("has the whole file system as a path; name a directory"));
        for (String path : item.paths()) {
            item.paths().stream()
                    .filter(other -> !other.equals(path) && path.startsWith(other + "/"))
                    .forEach(other -> wrong.add(path + " is in " + other + " already; remove it"));
        }
        return wrong;
    }

    @Override
    public String size() {
        return PATHS
                + """
                one() { there "$1"; du -sk -- "$1" | cut -f1; }
                sizes=$(each one); printf '%s\\n' "$sizes" | awk '{ s += $1 } END { printf "%.0f\\n", s * 1024 }'
                """;
    }

    /**
     * Of GNU tar, 1 means that something changed while it was read. A file that did is torn, and none; a directory that did is what a
     * service that runs always has: what was made, removed or renamed in it meanwhile is in the archive or not.
     */
    @Override
    public String dump() {
        return TAR
                + """
                cd /; set --
                while IFS= read -r p; do there "$p"; set -- "$@" "./${p#/}"; done <<MUSTER_PATHS
                $PATHS
                MUSTER_PATHS
                s=0; exec 5>&1; said=$(pack "$@" 2>&1 >&5 5>&-) || s=$?; exec 5>&-
                [ -z "$said" ] || printf '%s\\n' "$said" >&2
                [ "$s" = 1 ] || exit "$s"
                torn() {
                  printf '%s\\n' "$said" | grep -v -e ': File removed before we read it$' -e ': socket ignored$' | while IFS= read -r l; do
                    p=${l#tar: }; p=${p%: file changed as we read it}
                    [ "tar: $p: file changed as we read it" = "$l" ] && [ -d "$p" ] || printf '%s\\n' "$l"
                  done
                }
                [ -z "$(torn)" ] || fail 47 "files changed while they were read"
                """;
    }

    @Override
    public String check() {
        return TAR
                + """
                listed() { if gnu; then tar -tRf -; else tar -tf -; fi; }
                { listed || echo '!failed'; cat >/dev/null; } > "$SCRATCH/names"
                ! grep -qx '!failed' "$SCRATCH/names" || fail 1 "tar cannot read it to its end"
                # To tar a file that is cut between two members is whole.
                if gnu; then
                  tail -n 1 "$SCRATCH/names" | grep -q '^block [0-9]*: [*][*] Block of NULs [*][*]$' || fail 1 "tar cannot read it to its end, which is missing"
                  sed '$d' "$SCRATCH/names" > "$SCRATCH/more"; mv -- "$SCRATCH/more" "$SCRATCH/names"
                fi
                files=$(grep -vc '/$' "$SCRATCH/names" || :)
                [ "$files" != 0 ] || fail 43 "it holds no file"
                echo "tar -t: $files files in $(grep -c '/$' "$SCRATCH/names" || :) directories"
                """;
    }

    @Override
    public String look() {
        return PATHS
                + """
                one() {
                  real "$1"
                  unmounted "$1" "which cannot be renamed or would go with what is replaced; back up directories without one in them"
                  if [ -f "$1" ]; then echo data; elif [ -d "$1" ] && [ -n "$(find "$1" ! -type d | head -n 1)" ]; then echo data; fi
                }
                found=$(each one)
                if [ -n "$found" ]; then echo data; else echo none; fi
                """;
    }

    @Override
    public String stage() {
        return PATHS + TAR + discardOne()
                + """
                readable
                each discard
                parent() { ( umask 022; mkdir -p -- "${1%/*}/" ); }
                # Of its own: one whose server was killed may end only after this one began.
                parent "$first"; top=$(mktemp -d "$first.$TAG.d.XXXXXX")
                # Said of each file where the file system has no lists of access.
                none="Cannot set POSIX ACLs .*: Operation not supported$"
                s=0; unpack -C "$top" 2> "$SCRATCH/said" || s=$?
                grep -v -e "$none" "$SCRATCH/said" > "$SCRATCH/left" || :
                cat -- "$SCRATCH/left" >&2; [ "$s" = 0 ] || exit "$s"
                cat >/dev/null
                ! grep -q ': Cannot ' "$SCRATCH/left" || fail 1 "this host does not take all of it: $(grep -m 1 ': Cannot ' "$SCRATCH/left")"
                place() {
                  [ -e "$top$1" ] || fail 44 "the backup does not hold $1"
                  [ ! -e "$1.$TAG" ] || fail 45 "$1.$TAG came while this was staged, by an attempt that was believed dead"
                  parent "$1"; mv -- "$top$1" "$1.$TAG"
                }
                """
                + ALONE
                + """
                each place
                rm -rf -- "$top"
                count() { find "$1.$TAG" ! -type d | wc -l; }
                echo "$(each count | awk '{ s += $1 } END { print s }') files beside $(printf '%s' "$PATHS" | tr '\\n' ' ')"
                """;
    }

    /** By tar itself: content, size, mode, owner, time, type and where links lead; what is in the tree alone is extra. */
    @Override
    public Optional<String> compare() {
        return Optional.of(
                PATHS
                        + TAR
                        + """
                gnu || { cat >/dev/null; echo "uncompared this host has no GNU tar; install the package tar"; exit 0; }
                need comm sort
                to() {
                  p=$(printf '%s' "${1#/}" | sed 's/[].[*^$,\\\\]/\\\\&/g'); r=$(printf '%s' "${1#/}.$TAG" | sed 's/[,\\\\&]/\\\\&/g')
                  printf '%s' 's,^\\./' "$p" '\\(/.*\\)*$,./' "$r" '\\1,;'
                }
                name() { printf '%s\\n' "./${1#/}.$TAG"; }
                set --
                while IFS= read -r p; do set -- "$@" "./${p#/}"; done <<MUSTER_PATHS
                $PATHS
                MUSTER_PATHS
                s=0; same=$(each to); same=${same%;}
                tar --quoting-style=escape --numeric-owner --transform="$same" --show-transformed-names --index-file="$SCRATCH/said" --no-unquote -C / -dvf - -- "$@" 2> "$SCRATCH/err" || s=$?
                cat >/dev/null
                each name > "$SCRATCH/paths"
                tar --quoting-style=escape --index-file="$SCRATCH/there" -C / -cvf /dev/null --no-unquote --verbatim-files-from -T "$SCRATCH/paths" 2>/dev/null || :
                differs=': \\(Contents differ\\|Mode differs\\|Uid differs\\|Gid differs\\|Size differs\\|Mod time differs\\|Symlink differs\\|File type differs\\|Device number.* changed\\|Not linked to .*\\)$'
                plain() { sed -e "s/[.]$TAG\\(\\/\\|\\$\\)/\\1/" -e 's,^[.],,' -e 's,\\(.\\)/$,\\1,'; }
                missing=': Warning: Cannot stat: No such file or directory$'
                grep -v "$differs" "$SCRATCH/said" | plain | sort > "$SCRATCH/names" || :
                grep "$differs" "$SCRATCH/said" | sed "s/$differs//" | plain | sort -u > "$SCRATCH/changed" || :
                grep "$missing" "$SCRATCH/err" | sed -e 's/^tar: //' -e "s/$missing//" | plain | sort -u > "$SCRATCH/missing" || :
                grep -v -e "$missing" -e "Exiting with failure status" "$SCRATCH/err" > "$SCRATCH/odd" || :
                cat -- "$SCRATCH/odd" >&2; [ "$s" -le 1 ] || fail 1 "tar cannot compare all of it"
                plain < "$SCRATCH/there" | sort > "$SCRATCH/tree"; comm -13 "$SCRATCH/names" "$SCRATCH/tree" > "$SCRATCH/extra"
                echo "compared $(wc -l < "$SCRATCH/names") files and directories"
                for k in missing changed extra; do
                  head -n 20 "$SCRATCH/$k" | sed "s/^/$k /"
                  n=$(wc -l < "$SCRATCH/$k"); [ "$n" -le 20 ] || echo "more $((n - 20)) $k"
                done
                """);
    }

    @Override
    public String swap() {
        return ALONE
                + """
                swap() {
                  if [ -e "$1.$TAG" ]; then
                    unmounted "$1" "and would go with what is replaced; unmount it"
                    if [ -e "$1" ]; then
                      [ ! -e "$1.$TAG-old" ] || fail 45 "something made $1 anew while it was swapped; move it away"
                      mv -- "$1" "$1.$TAG-old"
                    fi
                    mv -- "$1.$TAG" "$1"
                  fi
                  [ -e "$1" ] || fail 44 "$1 was never staged"
                }
                each swap; sync
                echo swapped
                """;
    }

    /** Nothing is removed until all that was there before is in its place: what is renamed aside last may be that. */
    @Override
    public String undo() {
        return ALONE
                + """
                back() {
                  [ ! -e "$1.$TAG-old" ] || unmounted "$1" "and would go with what was restored; unmount it"
                  put_back "$1" "$1.$TAG-old" "$1.$TAG-undone"
                }
                away() { [ ! -e "$1" ] || { spare "$2"; mv -- "$1" "$muster_u"; }; }
                staged() { away "$1.$TAG" "$1.$TAG-undone"; for d in "$1.$TAG.d"*; do away "$d" "$1.$TAG-undone"; done; }
                clear() { rm -rf -- "$1.$TAG-undone"*; }
                each back; each staged; released; sync; each clear
                """;
    }

    @Override
    public Optional<String> swapped() {
        return Optional.of(
                PATHS
                        + "one() { [ ! -e \"$1.$TAG-old\" ] || echo swapped; }; found=$(each one); [ -z \"$found\" ] || echo swapped\n");
    }

    @Override
    public Optional<String> room() {
        return Optional.of(
                PATHS + "room \"$first\" file \"$(printf '%s' \"$PATHS\" | paste -s -d, - | sed 's/,/, /g')\"\n");
    }

    @Override
    public String finish() {
        return ALONE
                + """
                finish() {
                  unmounted "$1.$TAG-old" "and is not emptied; unmount it"
                  [ ! -e "$1.$TAG-old" ] || { spare "$1.$TAG-gone"; mv -- "$1.$TAG-old" "$muster_u"; }
                }
                clear() { rm -rf -- "$1.$TAG-gone"* "$1.$TAG.d"*; }
                each finish; released; each clear
                """;
    }

    @Override
    public String discard() {
        return PATHS + discardOne() + "each discard\n";
    }

    private static String discardOne() {
        return "discard() { unmounted \"$1.$TAG\" \"and is not emptied; unmount it\"; rm -rf -- \"$1.$TAG\" \"$1.$TAG.d\"*; }\n";
    }
}
