package io.muster.steps.backup;

import io.muster.steps.FileIdentity;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * The whole of a Redis server, as the RDB file that it sends to a replica. It is put back as {@code dump.rdb} of the server's directory,
 * with the server stopped; a server that keeps an append-only file would read that instead and is refused.
 */
@Component
final class RedisData extends DirectoryData {

    private static final String TOOLS =
            """
            REDISCLI_AUTH=$DBPASSWORD; [ -z "$REDISCLI_AUTH" ] || export REDISCLI_AUTH; unset DBPASSWORD
            cli() {
              case $ADDRESS in /*) set -- -s "$ADDRESS" "$@" ;; ?*) set -- -h "$ADDRESS" "$@" ;; esac
              [ -z "$PORT" ] || set -- -p "$PORT" "$@"
              [ -z "$DBUSER" ] || set -- --user "$DBUSER" "$@"
              redis-cli "$@"
            }
            running() {
              need redis-cli; muster_a=$(cli ping 2>&1) || :; muster_a=$(printf '%s' "$muster_a" | paste -s -d ' ' -)
              case $muster_a in "Could not connect to Redis at "*": Connection refused"|"Could not connect to Redis at "*": No such file or directory") return 1 ;; esac
            }
            cur=$DIRECTORY/dump.rdb; new=$cur.$TAG; old=$cur.$TAG-old
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
                need redis-cli redis-check-rdb
                running && [ "$muster_a" = PONG ] || fail 44 "the Redis server does not answer: $muster_a"
                # A server that does not tell its settings is taken at its word.
                setting() { cli config get "$1" 2>/dev/null | tr -d '\\r' | awk -v k="$1" 'NR == 1 && $0 == k { ok = 1 } NR == 2 && ok'; }
                [ "$(setting appendonly)" != yes ] || fail 46 "the server keeps an append-only file (appendonly yes) and would read that instead of dump.rdb when it is put back; switch it off (CONFIG SET appendonly no, and in its configuration) and move its files away"
                file=$(setting dbfilename)
                [ "${file:-dump.rdb}" = dump.rdb ] || fail 46 "the server reads $file when it starts (dbfilename), and what is put back is dump.rdb; set it to that"
                cli info memory | tr -d '\\r' | sed -n 's/^used_memory://p'
                """;
    }

    @Override
    public String dump() {
        return TOOLS
                + """
                SCRATCH=$(mktemp -d); trap 'rm -rf -- "$SCRATCH"' EXIT
                cli --rdb "$SCRATCH/dump.rdb" >&2
                redis-check-rdb "$SCRATCH/dump.rdb" >/dev/null || fail 1 "the server sent an RDB file that is not whole"
                cat -- "$SCRATCH/dump.rdb"
                """;
    }

    @Override
    public String check() {
        return """
                need redis-check-rdb
                cat > "$SCRATCH/dump.rdb"
                redis-check-rdb "$SCRATCH/dump.rdb" > "$SCRATCH/said" 2>&1 || fail 1 "redis-check-rdb: $(tail -n 1 "$SCRATCH/said")"
                grep -q 'Checksum OK' "$SCRATCH/said" || fail 1 "redis-check-rdb finds no checksum that fits"
                keys=$(sed -n 's/.* \\([0-9][0-9]*\\) keys read.*/\\1/p' "$SCRATCH/said")
                [ "${keys:-0}" != 0 ] || fail 43 "it holds no key"
                echo "redis-check-rdb: checksum OK, $keys keys"
                """;
    }

    private static final String IDENTIFY = TOOLS
            + FileIdentity.FUNCTION
            + """
                    # What a server that was emptied saves.
                    empty() { need redis-check-rdb; redis-check-rdb "$cur" 2>&1 | grep -q ' 0 keys read'; }
                    identify() {
                      if running; then
                        [ "$muster_a" = PONG ] || fail 1 "the Redis server does not answer: $muster_a"
                        keys=$(cli info keyspace)
                        case $keys in *"# Keyspace"*) ;; *) fail 1 "the Redis server does not tell whether it has keys: $keys" ;; esac
                        if printf '%s\\n' "$keys" | grep -q '^db'; then
                          # Keys that are written after a server was emptied are others.
                          echo "$(cli info server | tr -d '\\r' | sed -n 's/^run_id:/run-/p')-$(cli info commandstats | tr -d '\\r' | awk -F '[=,]' '/^cmdstat_flush(all|db):/ { n += $2 } END { print n + 0 }')"
                        elif [ -e "$cur" ] && ! empty; then echo "file-$(identity "$cur")"; fi
                      elif [ -e "$cur" ]; then echo "file-$(identity "$cur")"; fi
                    }
                    """;

    @Override
    public Optional<String> identify() {
        return Optional.of(IDENTIFY + "identify\n");
    }

    /** A server that saves when it is emptied leaves a file without keys. */
    @Override
    public Optional<String> remove() {
        return Optional.of(
                IDENTIFY
                        + """
                        now=$(identify)
                        [ "$now" = "$ID" ] || exit 0
                        case $ID in run-*) [ "$(cli flushall)" = OK ] || fail 1 "the Redis server refuses FLUSHALL" ;; esac
                        rm -f -- "$cur"; sync
                        """);
    }

    @Override
    public String look() {
        return TOOLS
                + """
                for f in "$DIRECTORY"/appendonly.aof "$DIRECTORY"/appendonlydir; do
                  [ ! -e "$f" ] || fail 46 "the server keeps an append-only file, $f, and would read that instead of dump.rdb; switch it off (appendonly no) and move it away"
                done
                if [ -e "$cur" ]; then echo data; else echo none; fi
                """;
    }

    @Override
    public String stage() {
        return TOOLS
                + """
                mkdir -p -- "$DIRECTORY"; rm -f -- "$new"; cat > "$new"
                redis-check-rdb "$new" >/dev/null || fail 1 "redis-check-rdb refuses $new"
                like=$DIRECTORY; [ ! -e "$cur" ] || like=$cur
                chown --reference="$like" -- "$new"; chmod 660 -- "$new"
                echo "$new, read by redis-check-rdb"
                """;
    }

    /**
     * A file that is byte for byte that of the backup has its keys, which {@code redis-check-rdb} reads. The keys of another are told by
     * servers of its own, without a port, if it is not too large to be loaded beside the one that serves.
     */
    @Override
    public Optional<String> compare() {
        return Optional.of(
                TOOLS
                        + LISTED
                        + """
                need redis-check-rdb cmp; mkdir "$SCRATCH/read"; cat > "$SCRATCH/read/dump.rdb"
                keys=$(redis-check-rdb "$new" 2>/dev/null | sed -n 's/.* \\([0-9][0-9]*\\) keys read.*/\\1/p') || :
                echo "compared ${keys:-no} keys"
                ! cmp -s "$SCRATCH/read/dump.rdb" "$new" || exit 0
                one=$(stat -c %s "$SCRATCH/read/dump.rdb"); other=$(stat -c %s "$new")
                if [ "$one" -gt 268435456 ] || [ "$other" -gt 268435456 ]; then echo "changed $new (too large to name its keys)"; exit 0; fi
                need redis-cli; mkdir "$SCRATCH/found"; cp -- "$new" "$SCRATCH/found/dump.rdb"
                listed read > "$SCRATCH/one" && listed found > "$SCRATCH/other" || { echo "changed $new (its keys cannot be read)"; exit 0; }
                named=$(different "$SCRATCH/one" "$SCRATCH/other")
                [ -z "$named" ] || printf '%s\\n' "$named"
                """);
    }

    /** Digests that are the same however a server keeps the value; a time to live counts as one, whenever it ends. */
    private static final String LISTED = Records.DIFFERENT
            + """
            listed() (
              cd -- "$SCRATCH/$1"; server=$(command -v redis-server || :)
              [ -n "$server" ] || { ln -s "$(command -v redis-check-rdb)" redis-server; server=./redis-server; }
              "$server" --port 0 --unixsocket s --save '' --appendonly no --dir . --dbfilename dump.rdb --enable-debug-command local --daemonize no > log 2>&1 5>&- &
              pid=$!; trap 'kill -9 "$pid" 2>/dev/null || :' EXIT
              unset REDISCLI_AUTH; n=0
              until [ "$(redis-cli -s s ping 2>/dev/null)" = PONG ]; do
                kill -0 "$pid" 2>/dev/null && [ "$n" -lt 600 ] || exit 1
                n=$((n + 1)); sleep 0.2
              done
              redis-cli -s s --raw eval "$(cat <<'MUSTER_LUA'
            local out = {}
            for db = 0, 15 do
              if redis.pcall('SELECT', db).err then break end
              local keys = redis.call('KEYS', '*')
              table.sort(keys)
              for _, k in ipairs(keys) do
                out[#out + 1] = db .. ' "' .. k:gsub('.', function(c) return string.format('\\\\x%02x', c:byte()) end) .. '" '
                  .. k:gsub('[^!-~]', function(c) return string.format('\\\\x%02x', c:byte()) end)
              end
            end
            return out
            MUSTER_LUA
            )" 0 > keys
              awk '$1 != "" { if ($1 != db) { print "select " $1; db = $1 } else print "ping"; print "debug digest-value " $2 }' keys > asked
              redis-cli -s s < asked | awk 'NR % 2 == 0' > digests
              awk '$1 != "" { print "key " $3 " of database " $1 }' keys | paste - digests | sort
            )
            """;
}
