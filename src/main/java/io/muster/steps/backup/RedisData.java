package io.muster.steps.backup;

import io.muster.steps.FileIdentity;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * The whole of a Redis (or Valkey) server, as the RDB file that it sends to a replica. It is put back as {@code dump.rdb} of the server's directory,
 * with the server stopped; of a server that keeps an append-only file, or may, also as {@code appendonly.aof}, since such a one reads nothing else. An
 * append-only file may begin with an RDB file since Redis 4, and since 7 a server takes a single one for the first part of its own.
 */
@Component
final class RedisData extends DirectoryData {

    private static final String TOOLS =
            """
            REDISCLI_AUTH=$DBPASSWORD; [ -z "$REDISCLI_AUTH" ] || export REDISCLI_AUTH; unset DBPASSWORD
            kind=redis; command -v redis-cli >/dev/null 2>&1 || ! command -v valkey-cli >/dev/null 2>&1 || kind=valkey
            tools() { need "$kind-cli" "$kind-check-rdb"; }
            cli() {
              case $ADDRESS in /*) set -- -s "$ADDRESS" "$@" ;; ?*) set -- -h "$ADDRESS" "$@" ;; esac
              [ -z "$PORT" ] || set -- -p "$PORT" "$@"
              [ -z "$DBUSER" ] || set -- --user "$DBUSER" "$@"
              "$kind-cli" "$@"
            }
            running() {
              tools; muster_a=$(cli ping 2>&1) || :; muster_a=$(printf '%s' "$muster_a" | paste -s -d ' ' -)
              case $muster_a in "Could not connect to "*" at "*": Connection refused"|"Could not connect to "*" at "*": No such file or directory") return 1 ;; esac
            }
            info() { cli info "$1" 2>/dev/null | tr -d '\\r' | sed -n "s/^$2://p"; }
            # A server that does not tell its settings is taken at its word.
            setting() { cli config get "$1" 2>/dev/null | tr -d '\\r' | awk -v k="$1" 'NR == 1 && $0 == k { ok = 1 } NR == 2 && ok'; }
            cur=$DIRECTORY/dump.rdb; new=$cur.$TAG; old=$cur.$TAG-old; aof=$DIRECTORY/appendonly.aof
            # What append-only files are staged in, until all is swapped.
            part=$new.part
            # F for each that is or was one: a file before Redis 7, then a directory of any name with a manifest.
            each() {
              [ ! -e "$aof" ] || "$1" "$aof"
              for muster_d in "$DIRECTORY"/* "$DIRECTORY"/.[!.]*; do
                case $muster_d in "$cur".*) continue ;; esac
                [ -d "$muster_d" ] && { [ "$muster_d" = "$DIRECTORY/appendonlydir" ] || [ -e "$muster_d/appendonly.aof.manifest" ]; } || continue
                "$1" "$muster_d"
              done
            }
            place() { printf '%s\\n' "$1"; }
            movable() {
              [ ! -L "$1" ] || fail 46 "$1 is a symbolic link, and would not come back as one; move what it leads to here"
              unmounted "$1" "which cannot be renamed; give the server a directory below it"
            }
            # Refuses what would not be read, or not be swapped.
            names() {
              movable "$cur"; each movable
              f=$(setting dbfilename)
              [ "${f:-dump.rdb}" = dump.rdb ] || fail 46 "the server reads $f when it starts (dbfilename), and what is put back is dump.rdb; set it to that"
              f=$(setting appendfilename)
              for muster_m in "$DIRECTORY"/*.aof "$DIRECTORY"/*/*.aof.manifest; do
                case ${muster_m##*/} in appendonly.aof|appendonly.aof.manifest|temp-*) continue ;; esac
                [ ! -e "$muster_m" ] || { f=${muster_m##*/}; f=${f%.manifest}; }
              done
              [ "${f:-appendonly.aof}" = appendonly.aof ] || fail 46 "the server's append-only file is called $f (appendfilename), and what is put back is appendonly.aof; set it to that, and move away what has the other name"
            }
            """;

    @Override
    String tools() {
        return TOOLS;
    }

    @Override
    public String name() {
        return "redis";
    }

    @Override
    public String suffix() {
        return "rdb";
    }

    @Override
    public String size() {
        return TOOLS
                + """
                running && [ "$muster_a" = PONG ] || fail 44 "the Redis server does not answer: $muster_a"
                told() { muster_v=$(info "$1" "$2"); case $muster_v in ''|*[!0-9]*) fail 46 "the Redis server does not tell $2 (INFO $1: $(cli info "$1" 2>&1 | head -n 1)); let the plan's user run INFO" ;; esac; }
                told cluster cluster_enabled
                [ "$muster_v" = 0 ] || fail 46 "the server is one of a cluster, and has a part of its keys; Muster backs up servers that have all of them"
                role=$(info replication role)
                [ "$role" = master ] || fail 46 "the server is a replica of $(info replication master_host), which would take back what is put there; name that one in the plan"
                names
                told persistence aof_enabled
                [ "$muster_v" = 0 ] || [ -n "$(each place)" ] || fail 46 "the server keeps an append-only file, and there is none in $DIRECTORY: it has another directory, or the file another name than appendonly.aof"
                told memory used_memory; echo "$muster_v"
                """;
    }

    @Override
    public String dump() {
        return TOOLS
                + """
                SCRATCH=$(mktemp -d); trap 'rm -rf -- "$SCRATCH"' EXIT
                cli --rdb "$SCRATCH/dump.rdb" >&2
                said=$("$kind-check-rdb" "$SCRATCH/dump.rdb") || fail 1 "the server sent an RDB file that $kind-check-rdb of this host refuses: $(printf '%s\\n' "$said" | tail -n 1)"
                cat -- "$SCRATCH/dump.rdb"
                """;
    }

    @Override
    public String check() {
        return TOOLS
                + """
                tools
                cat > "$SCRATCH/dump.rdb"
                "$kind-check-rdb" "$SCRATCH/dump.rdb" > "$SCRATCH/said" 2>&1 || fail 1 "$kind-check-rdb: $(tail -n 1 "$SCRATCH/said")"
                grep -q 'Checksum OK' "$SCRATCH/said" || fail 1 "$kind-check-rdb finds no checksum that fits"
                keys=$(sed -n 's/.* \\([0-9][0-9]*\\) keys read.*/\\1/p' "$SCRATCH/said")
                [ "${keys:-0}" != 0 ] || fail 43 "it holds no key"
                echo "$kind-check-rdb: checksum OK, $keys keys"
                """;
    }

    /** {@code held}: a file of the server, or a directory, that holds something; a server that was emptied saves files without keys. */
    private static final String HELD =
            """
            nothing() {
              [ -s "$1" ] || return 0
              if [ -d "$1" ]; then
                for muster_f in "$1"/* "$1"/.[!.]*; do
                  case $muster_f in *.manifest) ;; *) [ ! -e "$muster_f" ] || nothing "$muster_f" || return 1 ;; esac
                done
              else
                muster_c=$("$kind-check-rdb" "$1" 2>&1) || return 1
                # What follows an RDB file in an append-only file is not looked at by the tool.
                printf '%s\\n' "$muster_c" | grep -q ' 0 keys read' && printf '%s\\n' "$muster_c" | grep -qF "[offset $(stat -c %s -- "$1")] "
              fi
            }
            held() { ( tell() { nothing "$1" || { printf '%s' "$1"; exit 0; }; }; tools; tell "$cur"; [ "${1:-}" = dump ] || each tell ); }
            """;

    private static final String IDENTIFY = TOOLS
            + FileIdentity.FUNCTION
            + HELD
            + """
                    identify() {
                      muster_h=
                      if running; then
                        [ "$muster_a" = PONG ] || fail 1 "the Redis server does not answer: $muster_a"
                        keys=$(cli info keyspace)
                        case $keys in *"# Keyspace"*) ;; *) fail 1 "the Redis server does not tell whether it has keys: $keys" ;; esac
                        if printf '%s\\n' "$keys" | grep -q '^db'; then
                          # Keys that are written after a server was emptied are others.
                          echo "$(info server run_id | sed 's/^/run-/')-$(cli info commandstats | tr -d '\\r' | awk -F '[=,]' '/^cmdstat_flush(all|db):/ { n += $2 } END { print n + 0 }')"
                          return
                        fi
                        [ "$(info persistence aof_enabled)" = 0 ] || muster_h=dump
                      fi
                      muster_h=$(held "$muster_h"); [ -z "$muster_h" ] || echo "file-$(identity "$muster_h")"
                    }
                    """;

    @Override
    public Optional<String> identify() {
        return Optional.of(IDENTIFY + "identify\n");
    }

    /** An append-only file has what was deleted until it is written anew. */
    @Override
    public Optional<String> remove() {
        return Optional.of(
                IDENTIFY
                        + """
                        aside=$cur.muster-wipe; rm -rf -- "$aside"
                        now=$(identify)
                        [ -z "$now" ] || [ "$now" = "$ID" ] || exit 0
                        calm() {
                          muster_n=0
                          while [ "$(info persistence aof_rewrite_in_progress) $(info persistence aof_rewrite_scheduled)" != "0 0" ]; do
                            muster_n=$((muster_n + 1)); [ "$muster_n" -lt 300 ] || fail 1 "the Redis server still writes its append-only file anew"
                            sleep 1
                          done
                        }
                        keeps=
                        if running; then
                          case $now in run-*) [ "$(cli flushall)" = OK ] || fail 1 "the Redis server refuses FLUSHALL"; cli function flush >/dev/null 2>&1 || : ;; esac
                          if [ "$(info persistence aof_enabled)" != 0 ]; then
                            keeps=yes; calm; said=$(cli bgrewriteaof)
                            case $said in *started*|*scheduled*) ;; *) fail 1 "the Redis server has no keys any more, and refuses to write its append-only file anew, which has them still (BGREWRITEAOF): $said" ;; esac
                            calm; [ "$(info persistence aof_last_bgrewrite_status)" = ok ] || fail 1 "the Redis server could not write its append-only file anew, which has the deleted keys still; look at its log"
                          fi
                        fi
                        # By one rename each, and what was asked for last: until then it is found again.
                        first=$(held)
                        away() { [ ! -e "$1" ] || { rm -rf -- "$aside"; mv -- "$1" "$aside"; rm -rf -- "$aside"; }; }
                        rest() { [ "$1" = "$first" ] || away "$1"; }
                        if [ -n "$keeps" ]; then rm -f -- "$cur"; else each rest; rest "$cur"; [ -z "$first" ] || away "$first"; fi
                        sync
                        """);
    }

    @Override
    public String look() {
        return TOOLS + HELD
                + """
                tools; names
                if [ -n "$(held)" ]; then echo data; else echo none; fi
                """;
    }

    /** {@code appends}: whether the server reads an append-only file, or may; where nothing tells, both are put back. */
    private static final String APPENDS =
            """
            appends() {
              [ -z "$(each place)" ] || return 0
              case $(info persistence aof_enabled) in 0) return 1 ;; 1) return 0 ;; esac
              [ ! -e "$cur" ]
            }
            """;

    @Override
    public String stage() {
        return TOOLS + APPENDS
                + """
                tools; mkdir -p -- "$DIRECTORY"; rm -rf -- "$new" "$part"; cat > "$new"
                "$kind-check-rdb" "$new" >/dev/null || fail 1 "$kind-check-rdb refuses $new"
                like=$DIRECTORY; [ ! -e "$cur" ] || like=$cur
                own() { chown "$(stat -c %u:%g -- "$like")" -- "$1"; chmod 660 -- "$1"; }
                own "$new"; more=
                if appends; then mkdir -- "$part"; cp -- "$new" "$part/appendonly.aof"; own "$part/appendonly.aof"; more=", and as its append-only file"; fi
                echo "$new, read by $kind-check-rdb$more"
                """;
    }

    @Override
    public Optional<String> room() {
        return Optional.of(TOOLS
                + APPENDS
                + "once() { room \"$new\" file \"$DIRECTORY\"; }\nonce; ! appends || once; scratched\n");
    }

    /** {@code part}, and that nothing is left in it, tells until the end that the append-only file of the backup is in its place. */
    @Override
    public String swap() {
        return TOOLS + ALONE
                + """
                ! running || fail 45 "the server of $DIRECTORY runs, or may ($muster_a); stop it, it would write over what is put there"
                aside() {
                  [ ! -e "$old/${1##*/}" ] || fail 45 "something made $1 anew while it was swapped; move it away"
                  mv -- "$1" "$old/"
                }
                late() { fail 46 "the server keeps an append-only file, $1, since the restore was staged; move it away, or abort and restore again"; }
                if [ -e "$new" ]; then
                  names; mkdir -p -- "$old"
                  if [ ! -d "$part" ]; then each late
                  elif [ -e "$part/appendonly.aof" ]; then each aside; mv -- "$part/appendonly.aof" "$aof"; fi
                  [ ! -e "$cur" ] || aside "$cur"
                  mv -- "$new" "$cur"
                fi
                [ -e "$cur" ] || fail 44 "$cur was never staged"
                rm -rf -- "$part"; sync; echo swapped
                """;
    }

    @Override
    public Optional<String> compare() {
        return Optional.of(TOOLS + RedisKeys.COMPARE);
    }

    /** First what was swapped in goes; when that is done, told by the name of its directory, what was there before comes. */
    @Override
    public String undo() {
        return TOOLS + ALONE
                + """
                undone=$cur.$TAG-undone; back=$cur.$TAG-back
                { [ ! -e "$old" ] && [ ! -e "$back" ]; } || ! running || fail 45 "the server of $DIRECTORY runs, or may ($muster_a); stop it"
                away() { muster_u=$undone/${1##*/}; while [ -e "$muster_u" ]; do muster_u=${muster_u}x; done; mv -- "$1" "$muster_u"; }
                if [ -e "$old" ]; then
                  mkdir -p -- "$undone"
                  if [ ! -e "$new" ] || { [ -d "$part" ] && [ ! -e "$part/appendonly.aof" ]; }; then each away; fi
                  [ -e "$new" ] || [ ! -e "$cur" ] || away "$cur"
                  mv -- "$old" "$back"
                fi
                if [ -e "$back" ]; then
                  mkdir -p -- "$undone"
                  for p in "$back"/* "$back"/.[!.]*; do
                    [ -e "$p" ] || continue
                    [ ! -e "$DIRECTORY/${p##*/}" ] || away "$DIRECTORY/${p##*/}"
                    mv -- "$p" "$DIRECTORY/"
                  done
                  rmdir -- "$back"
                fi
                sync; rm -rf -- "$new" "$part" "$undone"; sync
                """;
    }

    @Override
    public Optional<String> swapped() {
        return Optional.of(TOOLS + "{ [ ! -e \"$old\" ] && [ ! -e \"$cur.$TAG-back\" ]; } || echo swapped\n");
    }

    /** Away at once, so that no undo meets a part of it. */
    @Override
    public String finish() {
        return TOOLS + ALONE
                + "gone=$cur.$TAG-gone; rm -rf -- \"$gone\"; [ ! -e \"$old\" ] || mv -- \"$old\" \"$gone\"; rm -rf -- \"$gone\"\n";
    }

    @Override
    public String discard() {
        return TOOLS + "rm -rf -- \"$new\" \"$part\"\n";
    }
}
