package io.muster.steps.backup;

/** Compares what was staged of a Redis server with its backup, key by key; with the functions of {@link RedisData}. */
final class RedisKeys {

    /** Digests that are the same however a server keeps the value; a time to live counts as one, whenever it ends. */
    private static final String LISTED = Records.DIFFERENT
            + """
            listed() (
              cd -- "$SCRATCH/$1"; server=$(command -v "$kind-server" || :)
              [ -n "$server" ] || { ln -s "$(command -v "$kind-check-rdb")" "$kind-server"; server=./$kind-server; }
              "$server" --port 0 --unixsocket s --save '' --appendonly no --dir . --dbfilename dump.rdb --enable-debug-command local --daemonize no > log 2>&1 5>&- &
              pid=$!; trap 'kill -9 "$pid" 2>/dev/null || :' EXIT
              unset REDISCLI_AUTH; n=0
              until [ "$("$kind-cli" -s s ping 2>/dev/null)" = PONG ]; do
                kill -0 "$pid" 2>/dev/null && [ "$n" -lt 600 ] || exit 1
                n=$((n + 1)); sleep 0.2
              done
              "$kind-cli" -s s --raw eval "$(cat <<'MUSTER_LUA'
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
              "$kind-cli" -s s < asked | awk 'NR % 2 == 0' > digests
              awk '$1 != "" { print "key " $3 " of database " $1 }' keys | paste - digests | sort
            )
            """;

    /**
     * A file that is byte for byte that of the backup has its keys, which {@code redis-check-rdb} reads. The keys of another are told by
     * servers of its own, without a port, if it is not too large to be loaded beside the one that serves.
     */
    static final String COMPARE = LISTED
            + """
            tools; need cmp; mkdir "$SCRATCH/read"; cat > "$SCRATCH/read/dump.rdb"
            keys=$("$kind-check-rdb" "$new" 2>/dev/null | sed -n 's/.* \\([0-9][0-9]*\\) keys read.*/\\1/p') || :
            echo "compared ${keys:-no} keys"
            [ ! -e "$part/appendonly.aof" ] || cmp -s "$SCRATCH/read/dump.rdb" "$part/appendonly.aof" || echo "changed $part/appendonly.aof (as a whole)"
            ! cmp -s "$SCRATCH/read/dump.rdb" "$new" || exit 0
            one=$(stat -c %s "$SCRATCH/read/dump.rdb"); other=$(stat -c %s "$new")
            if [ "$one" -gt 268435456 ] || [ "$other" -gt 268435456 ]; then echo "changed $new (too large to name its keys)"; exit 0; fi
            mkdir "$SCRATCH/found"; cp -- "$new" "$SCRATCH/found/dump.rdb"
            listed read > "$SCRATCH/one" && listed found > "$SCRATCH/other" || { echo "changed $new (its keys cannot be read)"; exit 0; }
            named=$(different "$SCRATCH/one" "$SCRATCH/other")
            [ -z "$named" ] || printf '%s\\n' "$named"
            """;

    private RedisKeys() {}
}
