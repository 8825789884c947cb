package io.muster.steps.backup;

import io.muster.inventory.DataItem;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * A MariaDB or MySQL database, as {@code mariadb-dump --single-transaction} writes it. It is restored into a database of another name,
 * whose tables then change places with those of the old one in one statement. Triggers, views, routines and events cannot move that
 * way: a database with any is refused when it is put back.
 */
@Component
final class MariadbData implements DataType {

    private static final String TOOLS =
            """
            tool() { for muster_t; do command -v "$muster_t" >/dev/null 2>&1 && { echo "$muster_t"; return; }; done; fail 42 "this host has no $1; install MariaDB's client"; }
            client=$(tool mariadb mysql); dumper=$(tool mariadb-dump mysqldump)
            MYSQL_PWD=$DBPASSWORD; [ -z "$MYSQL_PWD" ] || export MYSQL_PWD; unset DBPASSWORD
            with() {
              muster_c=$1; shift
              case $ADDRESS in
                /*) set -- --socket="$ADDRESS" "$@" ;;
                ?*) set -- --host="$ADDRESS" --protocol=tcp "$@" ;;
              esac
              [ -z "$PORT" ] || set -- --port="$PORT" "$@"
              [ -z "$DBUSER" ] || set -- --user="$DBUSER" "$@"
              "$muster_c" --no-defaults "$@"
            }
            # Through a pipe: the names of a thousand tables are more than an argument may have.
            sql() { printf '%s\\n' "$1" | with "$client" --batch --raw --skip-column-names --default-character-set=utf8mb4 --connect-timeout=20; }
            # A server that does not answer is no answer to what is there.
            is() {
              muster_i=$(sql "select 1 from information_schema.schemata where schema_name = '$1'") || fail 1 "the server does not tell whether there is a database $1"
              [ "$muster_i" = 1 ]
            }
            filled() {
              muster_f=$(tables "$1") || fail 1 "the server does not tell what is in database $1"
              [ -n "$muster_f" ]
            }
            moved="table_type in ('BASE TABLE', 'SEQUENCE')"
            tables() { sql "select table_name from information_schema.tables where table_schema = '$1' and $moved"; }
            others() {
              sql "select 'view', table_name from information_schema.views where table_schema = '$1'
                union all select 'trigger', trigger_name from information_schema.triggers where trigger_schema = '$1'
                union all select 'routine', routine_name from information_schema.routines where routine_schema = '$1'
                union all select 'event', event_name from information_schema.events where event_schema = '$1'
                union all select concat('table with history, ', lower(table_type)), table_name from information_schema.tables
                  where table_schema = '$1' and not $moved and table_type <> 'VIEW'"
            }
            movable() {
              muster_o=$(others "$1") || fail 1 "the server does not tell what is in database $1"
              muster_o=$(printf '%s' "$muster_o" | paste -s -d, - | tr '\\t' ' ')
              [ -z "$muster_o" ] || fail 46 "database $1 has what cannot be swapped and so would not be restored ($muster_o); keep it out of the database, or back that up by hand"
            }
            short=$(beside "$DATABASE"); new="$short-$TAG"; old="$short-$TAG-old"
            drop() { sql "drop database if exists \\`$1\\`"; }
            charset() { sql "select concat('character set ', default_character_set_name, ' collate ', default_collation_name) from information_schema.schemata where schema_name = '$1'"; }
            # move FROM TO: all tables and sequences, in one statement.
            move() {
              sql "set session group_concat_max_len = 1000000000;
                select coalesce(group_concat(concat('\\`$1\\`.', name, ' to \\`$2\\`.', name)), '')
                from (select concat('\\`', replace(table_name, '\\`', '\\`\\`'), '\\`') name
                  from information_schema.tables where table_schema = '$1' and $moved) t" || fail 1 "the server does not tell what is in database $1"
            }
            """;

    @Override
    public String name() {
        return "mariadb";
    }

    @Override
    public String suffix() {
        return "sql";
    }

    @Override
    public List<String> problems(DataItem item) {
        return item.database().isEmpty() ? List.of("needs `database`") : List.of();
    }

    @Override
    public String size() {
        return TOOLS
                + "is \"$DATABASE\" || fail 44 \"there is no database $DATABASE\"; movable \"$DATABASE\"\n"
                + "sql \"select coalesce(sum(data_length + index_length), 0) from information_schema.tables where table_schema = '$DATABASE'\"\n";
    }

    @Override
    public String dump() {
        return TOOLS
                + """
                c=$(charset "$DATABASE"); [ -n "$c" ] || fail 44 "there is no database $DATABASE"
                printf -- '-- Database of muster: %s\\n' "$c"
                with "$dumper" --single-transaction --quick --routines --triggers --events --hex-blob --max-allowed-packet=1G "$DATABASE"
                """;
    }

    @Override
    public String check() {
        return """
                grep -aE '^(CREATE TABLE |-- Dump completed on [0-9-]+ +[0-9]+:[0-9][0-9]:[0-9][0-9]$)' > "$SCRATCH/found" || :
                case $(tail -n 1 "$SCRATCH/found") in "-- Dump completed on "*) ;; *) fail 1 "the line '-- Dump completed on …' is not whole at its end";; esac
                tables=$(grep -c '^CREATE TABLE ' "$SCRATCH/found" || :)
                [ "$tables" != 0 ] || fail 43 "it holds no table"
                echo "completeness marker of the dump at its end, $tables tables"
                """;
    }

    /** A database has no number of its own; its tables have the second that they were made in. */
    private static final String IDENTIFY = TOOLS
            + """
                    identify() {
                      muster_t=$(sql "select concat_ws(' ', table_name, table_type, create_time) from information_schema.tables where table_schema = '$DATABASE' order by table_name")
                      [ -z "$muster_t" ] || printf '%s\n' "$muster_t" | cksum | tr ' ' -
                    }
                    """;

    @Override
    public Optional<String> identify() {
        return Optional.of(IDENTIFY + "identify\n");
    }

    /** Moved aside in one statement, since removing a database takes many. */
    @Override
    public Optional<String> remove() {
        return Optional.of(
                IDENTIFY
                        + """
                        aside="$short-muster-wipe-${ID%%-*}"
                        if is "$DATABASE"; then
                          now=$(identify)
                          if [ "$now" = "$ID" ]; then
                            movable "$DATABASE"
                            sql "create database if not exists \\`$aside\\`"
                            away=$(move "$DATABASE" "$aside")
                            sql "set foreign_key_checks = 0; rename table $away"
                            now=$(identify)
                          fi
                          [ -n "$now" ] || drop "$DATABASE"
                        fi
                        drop "$aside"
                        """);
    }

    @Override
    public String look() {
        return TOOLS
                + """
                if is "$DATABASE" && filled "$DATABASE"; then
                  movable "$DATABASE"; echo data
                else echo none; fi
                """;
    }

    @Override
    public String stage() {
        return TOOLS
                + """
                IFS= read -r first || :
                c=${first#"-- Database of muster: "}; [ "$c" != "$first" ] || c=
                case $c in *[!a-z0-9_\\ ]*) fail 1 "the dump begins with what is no character set: $c";; esac
                drop "$new"; sql "create database \\`$new\\` $c"
                into() { with "$client" --binary-mode --max-allowed-packet=1G "$new"; }
                { if [ -n "$c" ]; then into; else { printf '%s\\n' "$first"; cat; } | into; fi; } || fail 1 "the database refused the restore; what was staged of it is in database $new"
                o=$(others "$new"); o=$(printf '%s' "$o" | paste -s -d, - | tr '\\t' ' ')
                [ -z "$o" ] || fail 46 "the backup has what cannot be swapped ($o); it is in database $new"
                echo "$(tables "$new" | wc -l) tables in database $new"
                """;
    }

    /** Both as the dumper writes them; of old versions and of MySQL many rows are on one line. */
    private static final String RECORDS = Records.program(
            """
            function unquoted(of) { gsub(/``/, "\003", of); gsub(/`/, "", of); gsub(/\003/, "`", of); return of }
            # Backslashes and quotes in strings are marked, so that each quote that is left begins or ends one.
            function marked(text) { gsub(/\\\\\\\\/, "\001", text); gsub(/\\\\'/, "\002", text); return text }
            function key(row, parts, n, i, j, k, pieces, m, at, value, out) {
              if (!many) return "-"
              n = split(substr(row, 2, length(row) - 2), parts, "'"); at = 1; value[1] = ""
              for (i = 1; i <= n; i++) {
                if (i % 2 == 0) { value[at] = value[at] parts[i]; continue }
                m = split(parts[i], pieces, ",")
                for (j = 1; j <= m; j++) { if (j > 1) { at++; value[at] = "" } value[at] = value[at] pieces[j] }
              }
              out = ""
              for (i = 1; i <= many; i++) out = out (i > 1 ? "," : "") value[place[i]]
              gsub(/\001/, "\\\\", out); gsub(/\002/, "'", out)
              return out
            }
            function rows(text, parts, n, i, out) {
              text = marked(text); n = split(text, parts, "'"); out = ""
              sub(/[;,]$/, "", parts[n])
              for (i = 1; i <= n; i++) { if (i % 2) gsub(/\\),\\(/, ")\\n(", parts[i]); out = out (i > 1 ? "'" : "") parts[i] }
              n = split(out, parts, "\\n")
              for (i = 1; i <= n; i++) if (parts[i] != "") put(parts[i])
            }
            function places(i, j) {
              many = split(keys, k, "`,`")
              for (i = 1; i <= many; i++) { place[i] = 0; for (j = 1; j <= cols; j++) if (col[j] == k[i]) place[i] = j; if (!place[i]) many = 0 }
            }
            name == "" && /^DO SETVAL\\(`|^SELECT SETVAL\\(`/ { of = $0; sub(/^[^`]*/, "", of); sub(/, [^`]*$/, "", of); many = 0; begin("sequence " unquoted(of)); put($0); end(); next }
            /^CREATE TABLE `/ {
              if (name != "") end()
              of = $0; sub(/^CREATE TABLE /, "", of); sub(/ \\($/, "", of); begin(unquoted(of)); making = 1; cols = 0; keys = ""; inserting = 0; next
            }
            making && /^  `/ { of = $0; sub(/^  `/, "", of); sub(/` .*$/, "", of); col[++cols] = of; next }
            making && /^  PRIMARY KEY \\(`/ { keys = $0; sub(/^  PRIMARY KEY \\(`/, "", keys); sub(/`\\)[^`]*$/, "", keys); next }
            making && /^\\)/ { making = 0; places(); next }
            name != "" && /^INSERT INTO `/ {
              of = $0; sub(/^INSERT INTO `([^`]|``)*` /, "", of)
              if (of ~ /^\\(`/) { list = of; sub(/`\\) VALUES.*$/, "", list); sub(/^\\(`/, "", list); cols = split(list, col, /`, ?`/); places(); sub(/^\\(`([^`]|``|`, ?`)*`\\) /, "", of) }
              sub(/^VALUES */, "", of); if (of != "") rows(of); inserting = $0 !~ /;$/; next
            }
            inserting && /^\\(/ { rows($0); if (marked($0) ~ /;$/) inserting = 0; next }
            END { if (name != "") end() }
            """);

    @Override
    public Optional<String> compare() {
        return Optional.of(
                TOOLS
                        + Records.COMPARED
                        + RECORDS
                        + """
                is "$new" || fail 44 "database $new was never staged"
                find_it() { with "$dumper" --single-transaction --quick --hex-blob --max-allowed-packet=1G "$new"; }
                compared cat find_it
                """);
    }

    /** An empty staged database is the sign that it was swapped. */
    @Override
    public String swap() {
        return TOOLS
                + """
                if is "$new" && filled "$new"; then
                  sql "create database if not exists \\`$DATABASE\\` $(charset "$new"); create database if not exists \\`$old\\`"
                  away=$(move "$DATABASE" "$old"); here=$(move "$new" "$DATABASE")
                  sql "set foreign_key_checks = 0; rename table ${away:+$away, }$here"
                fi
                filled "$DATABASE" || fail 44 "database $DATABASE was never staged"
                echo swapped
                """;
    }

    @Override
    public String undo() {
        return TOOLS
                + """
                if is "$old" && filled "$old"; then
                  drop "$new"; sql "create database \\`$new\\`"
                  away=$(move "$DATABASE" "$new"); here=$(move "$old" "$DATABASE")
                  sql "set foreign_key_checks = 0; rename table ${away:+$away, }$here"
                fi
                drop "$new"; drop "$old"
                """;
    }

    /** Where the server has its files, if it is of this host and tells. */
    @Override
    public Optional<String> room() {
        return Optional.of(
                TOOLS
                        + """
                here || exit 0
                d=$(sql 'select @@datadir' 2>/dev/null) || exit 0; d=${d%/}
                [ -n "$d" ] && [ -e "$d/ibdata1" ] || exit 0
                room "$d/x" data "$d"
                """);
    }

    @Override
    public String finish() {
        return TOOLS + "drop \"$old\"; drop \"$new\"\n";
    }

    @Override
    public String discard() {
        return TOOLS + "drop \"$new\"\n";
    }
}
