package io.muster.steps.backup;

import io.muster.steps.FileIdentity;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * The whole of an etcd member, as a snapshot. It is restored into a data directory of its own, with {@code directory} as the server has it, for a
 * cluster of one: a member of a larger cluster is joined anew by hand.
 */
@Component
final class EtcdData extends DirectoryData {

    private static final String TOOLS =
            """
            ETCDCTL_API=3; ETCDCTL_ENDPOINTS=${ADDRESS:-127.0.0.1}:${PORT:-2379}; export ETCDCTL_API ETCDCTL_ENDPOINTS
            [ -z "$DBUSER" ] || { ETCDCTL_USER=$DBUSER:$DBPASSWORD; export ETCDCTL_USER; }
            unset DBPASSWORD
            running() {
              need etcdctl; ! muster_a=$(etcdctl --command-timeout=5s endpoint status 2>&1) || return 0
              case $muster_a in *"connect: connection refused"*) return 1 ;; esac
            }
            offline() { env -u ETCDCTL_ENDPOINTS -u ETCDCTL_USER ETCDCTL_API=3 etcdctl "$@"; }
            cur=$DIRECTORY; new=$DIRECTORY.$TAG; old=$DIRECTORY.$TAG-old
            """;

    @Override
    String tools() {
        return TOOLS;
    }

    @Override
    public String name() {
        return "etcd";
    }

    @Override
    public String suffix() {
        return "snapshot";
    }

    @Override
    public String size() {
        return TOOLS
                + """
                need etcdctl
                etcdctl --command-timeout=5s endpoint status >/dev/null || fail 44 "etcd does not answer at $ETCDCTL_ENDPOINTS"
                etcdctl endpoint status -w fields | sed -n 's/^"DBSize" : //p'
                """;
    }

    @Override
    public String dump() {
        return TOOLS
                + """
                SCRATCH=$(mktemp -d); trap 'rm -rf -- "$SCRATCH"' EXIT
                etcdctl snapshot save "$SCRATCH/snapshot" >&2
                cat -- "$SCRATCH/snapshot"
                """;
    }

    /** The hash at the end of a snapshot is only looked at when it is restored. */
    @Override
    public String check() {
        return TOOLS
                + """
                need etcdctl
                cat > "$SCRATCH/snapshot"
                offline snapshot restore "$SCRATCH/snapshot" --data-dir "$SCRATCH/data" > "$SCRATCH/said" 2>&1 || fail 1 "etcdctl cannot restore it: $(tail -n 1 "$SCRATCH/said")"
                keys=$(offline snapshot status "$SCRATCH/snapshot" -w fields | sed -n -e 's/^"TotalKey" : //p' -e 's/^"Keys" : //p')
                [ "${keys:-0}" != 0 ] || fail 43 "it holds no key"
                echo "etcdctl snapshot restore: hash OK, $keys keys and revisions"
                """;
    }

    private static final String IDENTIFY = TOOLS
            + FileIdentity.FUNCTION
            + """
                    field() { sed -n "s/^\\"$1\\" : //p"; }
                    identify() {
                      at=; [ ! -e "$cur" ] || at=$(identity "$cur")
                      if running; then
                        n=$(etcdctl get "" --prefix --limit=1 -w fields | field Count)
                        [ -n "$n" ] || fail 1 "etcd at $ETCDCTL_ENDPOINTS does not tell whether it has keys ($muster_a)"
                        # Keys that are put after all were deleted have later revisions.
                        [ "$n" = 0 ] || echo "keys-$(etcdctl endpoint status -w fields | field ClusterID)-$at-$(etcdctl get "" --prefix --keys-only --limit=1 --sort-by=CREATE --order=ASCEND -w fields | field CreateRevision)"
                      elif [ -n "$at" ]; then echo "directory-$at"; fi
                    }
                    """;

    @Override
    public Optional<String> identify() {
        return Optional.of(IDENTIFY + "identify\n");
    }

    /** Of a server that runs every key is deleted, and forgotten; of one that does not, the directory. */
    @Override
    public Optional<String> remove() {
        return Optional.of(
                IDENTIFY
                        + """
                        aside="$cur.muster-wipe"
                        now=$(identify)
                        [ "$now" = "$ID" ] || { rm -rf -- "$aside"; exit 0; }
                        case $ID in
                          keys-*)
                            etcdctl del "" --prefix >&2
                            etcdctl compaction "$(etcdctl endpoint status -w fields | field Revision | head -n 1)" >&2 ;;
                          *) rm -rf -- "$aside"; mv -- "$cur" "$aside"; rm -rf -- "$aside"; sync ;;
                        esac
                        """);
    }

    @Override
    public String stage() {
        return TOOLS
                + """
                rm -rf -- "$new"; ( umask 022; mkdir -p -- "${DIRECTORY%/*}/" ); cat > "$SCRATCH/snapshot"
                offline snapshot restore "$SCRATCH/snapshot" --data-dir "$new" >&2
                like=${DIRECTORY%/*}/; [ ! -e "$cur" ] || like=$cur
                chown -R "$(stat -c %u:%g -- "$like")" -- "$new"
                echo "$new, restored by etcdctl"
                """;
    }

    /** A database that is byte for byte what {@code etcdctl} makes of the snapshot has its keys; those of another are told by servers of its own, on sockets. */
    @Override
    public Optional<String> compare() {
        return Optional.of(
                TOOLS
                        + Records.DIFFERENT
                        + LISTED
                        + """
                need etcdctl cmp; cat > "$SCRATCH/snapshot"; mkdir "$SCRATCH/read" "$SCRATCH/found"
                offline snapshot restore "$SCRATCH/snapshot" --data-dir "$SCRATCH/read/data" >&2
                keys=$(offline snapshot status "$SCRATCH/snapshot" -w fields | sed -n -e 's/^"TotalKey" : //p' -e 's/^"Keys" : //p')
                echo "compared $keys keys and revisions"
                db=member/snap/db
                [ -f "$new/$db" ] || { echo "missing $new/$db"; exit 0; }
                ! cmp -s "$SCRATCH/read/data/$db" "$new/$db" || exit 0
                one=$(stat -c %s "$SCRATCH/read/data/$db"); other=$(stat -c %s "$new/$db")
                if [ "$one" -gt 268435456 ] || [ "$other" -gt 268435456 ]; then echo "changed $new (too large to name its keys)"; exit 0; fi
                command -v etcd >/dev/null || { echo "changed $new (this host has no etcd that tells its keys)"; exit 0; }
                cp -R -- "$new" "$SCRATCH/found/data"
                listed read > "$SCRATCH/one" && listed found > "$SCRATCH/other" || { echo "changed $new (its keys cannot be read)"; exit 0; }
                named=$(different "$SCRATCH/one" "$SCRATCH/other")
                [ -z "$named" ] || printf '%s\\n' "$named"
                """);
    }

    /** A snapshot and what is made of it to compare are both in scratch. */
    @Override
    public Optional<String> room() {
        return super.room().map(room -> room + "scratched\n");
    }

    private static final String LISTED =
            """
            listed() (
              cd -- "$SCRATCH/$1"; unset ETCDCTL_ENDPOINTS ETCDCTL_USER
              etcd --data-dir data --listen-client-urls unix://c:0 --advertise-client-urls unix://c:0 --listen-peer-urls unix://p:0 > log 2>&1 5>&- &
              pid=$!; trap 'kill -9 "$pid" 2>/dev/null || :' EXIT
              n=0
              until etcdctl --endpoints=unix://c:0 --command-timeout=2s endpoint status >/dev/null 2>&1; do
                kill -0 "$pid" 2>/dev/null && [ "$n" -lt 300 ] || exit 1
                n=$((n + 1)); sleep 0.2
              done
              etcdctl --endpoints=unix://c:0 get "" --prefix -w fields | awk '
                /^"Key" : "/ { key = substr($0, 10, length($0) - 10) }
                /^"Value" : "/ { print "key " key "\\t" substr($0, 11) }' | sort
            )
            """;
}
