package io.muster.steps.backup;

import io.muster.inventory.DataItem;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;

/**
 * A MongoDB database, as {@code mongodump --archive} writes it. It is restored into a database of another name, whose collections
 * then change places with those of the old one, each by renaming. Views and time series cannot move that way: a database with any is
 * refused when it is put back.
 */
@Component
final class MongodbData implements DataType {

    private static final Pattern DATABASE = Pattern.compile("[A-Za-z0-9_-]{1,63}");

    /** The password comes to the tools by a pipe, and to mongosh by its environment. */
    private static final String TOOLS = "need mongosh mongodump mongorestore\nMONGO=$(cat <<'MUSTER_JAVASCRIPT'\n"
            + Program.text("mongodb.js")
            + """
            MUSTER_JAVASCRIPT
            )
            mongo() { ACT=$1 FROM=$2 TO=${3:-} mongosh --quiet --norc --nodb --eval "$MONGO" </dev/null; }
            tool() {
              muster_t=$1; shift
              set -- --host="${ADDRESS:-127.0.0.1}" --port="${PORT:-27017}" "$@"
              [ -n "$DBUSER" ] || { "$muster_t" "$@"; return; }
              muster_q=$(printf '%s' "$DBPASSWORD" | sed "s/'/''/g")
              "$muster_t" --username="$DBUSER" --authenticationDatabase=admin --config=/dev/fd/9 "$@" 9<<MUSTER_CONFIG
            password: '$muster_q'
            MUSTER_CONFIG
            }
            short=$(beside "$DATABASE"); new="$short-$TAG"; old="$short-$TAG-old"
            holds() { muster_h=$(mongo collections "$1") || exit 1; [ -n "$muster_h" ]; }
            has() { muster_h=$(mongo collections "$1") || exit 1; printf '%s\\n' "$muster_h" | grep -qx "$2"; }
            # Every collection but our own signs.
            collected() { muster_h=$(mongo collections "$1") || exit 1; printf '%s\\n' "$muster_h" | grep -vxE 'muster-(swapping|undoing)|' || :; }
            move() {
              muster_l=$(collected "$1")
              printf '%s\\n' "$muster_l" | while IFS= read -r c; do [ -z "$c" ] || mongo move "$1.$c" "$2.$c" >&2; done
              muster_l=$(collected "$1"); [ -z "$muster_l" ] || fail 1 "of database $1 these collections did not move to $2: $muster_l"
            }
            others() {
              muster_o=$(mongo others "$1"); muster_o=$(printf '%s' "$muster_o" | paste -s -d, -)
              [ -z "$muster_o" ] || fail 46 "$2 has what cannot be swapped ($muster_o); restore it by hand"
            }
            """;

    @Override
    public String name() {
        return "mongodb";
    }

    @Override
    public String suffix() {
        return "archive";
    }

    @Override
    public List<String> problems(DataItem item) {
        List<String> wrong = new ArrayList<>();
        if (item.database().isEmpty()) {
            wrong.add("needs `database`");
        }
        item.database()
                .filter(database -> !DATABASE.matcher(database).matches())
                .ifPresent(database -> wrong.add(
                        "has database '" + database + "': letters, digits, _ and - are taken, at most 63 of them"));
        return wrong;
    }

    @Override
    public String size() {
        return TOOLS
                + "holds \"$DATABASE\" || fail 44 \"there is no database $DATABASE, or nothing in it\"\n"
                + "others \"$DATABASE\" \"database $DATABASE\"\nmongo size \"$DATABASE\"\n";
    }

    @Override
    public String dump() {
        return TOOLS + "tool mongodump --db=\"$DATABASE\" --archive\n";
    }

    @Override
    public String check() {
        return "need python3\nMUSTER_PROGRAM=$(cat <<'MUSTER_PYTHON'\n" + Program.text("mongodump.py")
                + """
                MUSTER_PYTHON
                )
                python3 -c "$MUSTER_PROGRAM"
                """;
    }

    @Override
    public String look() {
        return TOOLS
                + """
                if holds "$DATABASE"; then others "$DATABASE" "database $DATABASE"; echo data; else echo none; fi
                """;
    }

    /** Only what is of the database is taken from the archive, and nothing of it into the database itself. */
    @Override
    public String stage() {
        return TOOLS
                + """
                mongo drop "$new" >&2
                tool mongorestore --archive --stopOnError --nsInclude="$DATABASE.*" --nsFrom="$DATABASE.*" --nsTo="$new.*" >&2 \
                  || fail 1 "the database refused the restore; what was staged of it is in database $new"
                cat >/dev/null
                holds "$new" || fail 44 "the backup holds nothing of database $DATABASE"
                others "$new" "the backup"
                echo "$(mongo collections "$new" | wc -l) collections in database $new"
                """;
    }

    /** Once the old database has its sign, what was there is whole in it. A staged database without a collection was swapped. */
    @Override
    public String swap() {
        return TOOLS
                + """
                if holds "$new"; then
                  if ! has "$old" muster-swapping; then move "$DATABASE" "$old"; mongo mark "$old" muster-swapping >&2; fi
                  move "$new" "$DATABASE"
                fi
                holds "$DATABASE" || fail 44 "database $DATABASE was never staged"
                echo swapped
                """;
    }

    @Override
    public String undo() {
        return TOOLS
                + """
                kept=$(collected "$old")
                if has "$old" muster-swapping && ! has "$old" muster-undoing; then
                  if [ -n "$kept" ] || holds "$new"; then mongo drop "$DATABASE" >&2; mongo mark "$old" muster-undoing >&2; fi
                fi
                if [ -n "$kept" ]; then move "$old" "$DATABASE"; fi
                mongo drop "$new" >&2; mongo drop "$old" >&2
                """;
    }

    @Override
    public String finish() {
        return TOOLS + "mongo drop \"$old\" >&2; mongo drop \"$new\" >&2\n";
    }

    @Override
    public String discard() {
        return TOOLS + "mongo drop \"$new\" >&2\n";
    }
}
