package io.muster.steps.backup;

import io.muster.inventory.DataItem;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * A PostgreSQL database, as {@code pg_dump -Fc} writes it. It is restored into a new database, which then takes the old one's name.
 * Without a user and an address the tools run as the operating system's user {@code postgres}.
 */
@Component
final class PostgresqlData implements DataType {

    private static final String TOOLS =
            """
            [ -z "$ADDRESS" ] || { PGHOST=$ADDRESS; export PGHOST; }
            [ -z "$PORT" ] || { PGPORT=$PORT; export PGPORT; }
            [ -z "$DBUSER" ] || { PGUSER=$DBUSER; export PGUSER; }
            [ -z "$DBPASSWORD" ] || { PGPASSWORD=$DBPASSWORD; export PGPASSWORD; }
            unset DBPASSWORD; PGCONNECT_TIMEOUT=20; export PGCONNECT_TIMEOUT
            cd /
            as() {
              if [ -z "$DBUSER$ADDRESS" ] && [ "$(id -u)" = 0 ] && id postgres >/dev/null 2>&1; then
                su -s /bin/sh postgres -c 'exec "$0" "$@"' -- "$@"
              else "$@"; fi
            }
            sql() { as psql -X -q -A -t -w -v ON_ERROR_STOP=1 -d "$1" -c "$2"; }
            # A server that does not answer is no answer to whether a database is there.
            is() {
              muster_i=$(sql postgres "select 1 from pg_database where datname = '$1'") || fail 1 "PostgreSQL does not tell whether there is a database $1"
              [ "$muster_i" = 1 ]
            }
            who=${DBUSER:-its user}; short=$(beside "$DATABASE"); new="$short-$TAG"; part="$short-$TAG-part"; old="$short-$TAG-old"
            quiet() { sql postgres "select pg_terminate_backend(pid) from pg_stat_activity where datname in ('$DATABASE', '$new') and pid <> pg_backend_pid()" >/dev/null; }
            drop() { as dropdb -w --if-exists --force --maintenance-db=postgres "$1" 2>&1 | grep -v 'does not exist, skipping' >&2 || :; ! is "$1" || fail 1 "database $1 could not be dropped"; }
            """;

    @Override
    public String name() {
        return "postgresql";
    }

    @Override
    public String suffix() {
        return "dump";
    }

    @Override
    public List<String> problems(DataItem item) {
        return item.database().isEmpty() ? List.of("needs `database`") : List.of();
    }

    @Override
    public String size() {
        return TOOLS
                + """
                need psql pg_dump; is "$DATABASE" || fail 44 "there is no database $DATABASE"
                granted=; [ "$(sql postgres 'show server_version_num')" -lt 150000 ] || granted="and not has_parameter_privilege(s.name, 'SET')"
                odd=$(sql "$DATABASE" "select string_agg(distinct s.name, ', ') from (select split_part(unnest(setconfig), '=', 1) as name from pg_db_role_setting r
                  join pg_database d on d.oid = r.setdatabase where d.datname = current_database()) s left join pg_settings g on lower(g.name) = lower(s.name)
                  where not (select rolsuper from pg_roles where rolname = current_user) and s.name not like '%.%'
                  and (g.name is null or g.context in ('superuser', 'superuser-backend')) $granted")
                [ -z "$odd" ] || printf '%s\n' "Attention: no restore of $DATABASE would succeed: it has settings that $who may not give to the new database ($odd). Let the plan name a superuser, or take the settings away" >&2
                sql postgres "select pg_database_size('$DATABASE')"
                """;
    }

    @Override
    public String dump() {
        return TOOLS + "as pg_dump -w -Fc -d \"$DATABASE\"\n";
    }

    /** Read through, not only listed: the list is at the beginning of a dump, which may end anywhere. */
    @Override
    public String check() {
        return """
                need pg_restore
                { pg_restore -f - || echo '!failed'; cat >/dev/null; } \
                  | grep -aE '^(COPY .* FROM stdin;|!failed|-- PostgreSQL database dump complete)$' > "$SCRATCH/found" || :
                ! grep -qx '!failed' "$SCRATCH/found" || fail 1 "pg_restore cannot read it to its end"
                [ "$(tail -n 1 "$SCRATCH/found")" = "-- PostgreSQL database dump complete" ] || fail 1 "pg_restore finds it incomplete"
                tables=$(grep -c '^COPY ' "$SCRATCH/found" || :)
                [ "$tables" != 0 ] || fail 43 "it holds no table with data"
                echo "$(pg_restore --version): $tables tables, read to the end"
                """;
    }

    @Override
    public String text() {
        return "need pg_restore; pg_restore -f -\n";
    }

    /** The numbers of databases begin anew in each cluster. */
    private static final String IDENTIFY = TOOLS
            + """
                    need psql
                    identify() { sql postgres "select d.oid || '.' || c.system_identifier from pg_database d, pg_control_system() c where d.datname = '$DATABASE'"; }
                    """;

    @Override
    public Optional<String> identify() {
        return Optional.of(IDENTIFY + "identify\n");
    }

    @Override
    public Optional<String> remove() {
        return Optional.of(IDENTIFY + "now=$(identify); [ \"$now\" != \"$ID\" ] || drop \"$DATABASE\"\n");
    }

    @Override
    public String look() {
        return TOOLS + "need psql pg_restore; if is \"$DATABASE\"; then echo data; else echo none; fi\n";
    }

    /**
     * What {@code pg_restore} makes of a database only together with its name is told by the archive's beginning: encoding, locale and owner,
     * which it is made with, and settings, rights and comment, which it is given when its data is in it: they may forbid to write.
     */
    private static final String MADE =
            """
            made() {
              pg_restore -C -l "$SCRATCH/head" > "$SCRATCH/all" || fail 1 "pg_restore cannot read the beginning of the archive"
              grep -E '^[0-9]+; [0-9]+ [0-9]+ (DATABASE|(ACL|COMMENT|SECURITY LABEL) - DATABASE) ' "$SCRATCH/all" > "$SCRATCH/some" || fail 1 "the archive does not say how its database was made"
              pg_restore -C -L "$SCRATCH/some" -f "$SCRATCH/said" "$SCRATCH/head"
              n=$(sed -n 's/^; *dbname: //p' "$SCRATCH/all" | sed 's/[.$]/\\\\&/g')
              of='((CREATE|ALTER|COMMENT ON) DATABASE |ALTER ROLE .* IN DATABASE |(GRANT|REVOKE|SECURITY LABEL) .*ON DATABASE )'
              sed -E -e '/^\\\\(connect|restrict|unrestrict) /d' -e '/^ALTER DATABASE .* IS_TEMPLATE = /d' \
                -e "s/^$of\\"?$n\\"?([ ;])/\\1\\"$part\\"\\4/" "$SCRATCH/said" > "$SCRATCH/sql"
              # What is said of any other database must not be done to it.
              ! grep -E "^$of" "$SCRATCH/sql" | grep -vqF "\\"$part\\"" || fail 1 "the archive is of a database with a name that is not understood: $n"
              grep -E '^(CREATE DATABASE|ALTER DATABASE .* OWNER TO) ' "$SCRATCH/sql" > "$SCRATCH/create"
              grep -vE '^(CREATE DATABASE|ALTER DATABASE .* OWNER TO) ' "$SCRATCH/sql" > "$SCRATCH/properties"
            }
            told() { as psql -X -q -w -v ON_ERROR_STOP=1 -d postgres >/dev/null; }
            """;

    @Override
    public String stage() {
        return TOOLS
                + MADE
                + """
                drop "$new"; drop "$part"
                dd bs=65536 count=512 iflag=fullblock of="$SCRATCH/head" 2>/dev/null
                made
                told < "$SCRATCH/create" && is "$part" || fail 1 "no database could be made as $DATABASE was, which is as it is"
                # What needs a superuser is found out before hours of loading.
                { echo 'begin;'; cat -- "$SCRATCH/properties"; echo 'rollback;'; } | told || {
                  drop "$part"; fail 1 "the settings and rights of $DATABASE could not be given to a new database by $who; nothing was loaded, and $DATABASE is as it was. Let the plan name a user who may"
                }
                into() { as pg_restore -w --exit-on-error -d "$part"; }
                cat -- "$SCRATCH/head" - | into || fail 1 "the database refused the restore; $DATABASE is as it was, what was staged of it is in database $part"
                cat >/dev/null
                told < "$SCRATCH/properties" || fail 1 "the settings and rights of $DATABASE could not be given to database $part; $DATABASE is as it was"
                sql postgres "alter database \\"$part\\" rename to \\"$new\\""
                echo "$(sql "$new" "select count(*) from pg_class where relkind in ('r', 'p') and relnamespace not in (select oid from pg_namespace where nspname ~ '^(pg_|information_schema)')") tables in database $new"
                """;
    }

    /** Both as {@code pg_restore} and {@code pg_dump} of this host write them as text. */
    private static final String RECORDS = Records.program(
            """
            function key(row, values, i, k) {
              if (keys == "") return "-"
              split(row, values, "\t"); k = ""
              for (i = 1; i <= many; i++) k = k (i > 1 ? "," : "") values[at[i]]
              return k
            }
            function header(of, cols, n, i, j) {
              keys = pk[of]; many = split(keys, wantedcols, "\t"); cols = columns; sub(/\\)$/, "", cols)
              n = split(cols, c, ", ")
              for (i = 1; i <= many; i++) { at[i] = 0; for (j = 1; j <= n; j++) if (c[j] == wantedcols[i]) at[i] = j; if (!at[i]) keys = "" }
            }
            BEGIN {
              while ((getline line < (ENVIRON["SCRATCH"] "/keys")) > 0) { i = index(line, "\t"); t = substr(line, 1, i - 1); pk[t] = (t in pk ? pk[t] "\t" : "") substr(line, i + 1) }
            }
            copying && $0 == "\\\\." { end(); copying = 0; next }
            copying { put($0); next }
            /^COPY .* FROM stdin;$/ {
              columns = $0; sub(/^COPY /, "", columns); sub(/ FROM stdin;$/, "", columns)
              match(columns, /^("([^"]|"")*"|[^". ]*)[.]("([^"]|"")*"|[^". ]*)/); of = substr(columns, 1, RLENGTH); columns = substr(columns, RLENGTH + 3)
              begin(of); header(of); copying = 1; next
            }
            /^SELECT pg_catalog[.]setval\\(/ { of = $0; sub(/^[^']*'/, "", of); sub(/', [^']*$/, "", of); keys = ""; begin("sequence " of); put($0); end(); next }
            /^SELECT pg_catalog[.]lo_open\\(/ { of = $0; sub(/^[^']*'/, "", of); sub(/'.*$/, "", of); keys = ""; begin("large object " of); next }
            name != "" && /^SELECT pg_catalog[.]lowrite\\(/ { part = $0; sub(/^[^']*'/, "", part); sub(/'.*$/, "", part); if (mode != "rows") { n++; printf "%s", part | cmd }; next }
            name != "" && /^SELECT pg_catalog[.]lo_close\\(/ { n = n > 0; end(); next }
            """);

    @Override
    public Optional<String> compare() {
        return Optional.of(
                TOOLS
                        + Records.COMPARED
                        + RECORDS
                        + """
                is "$new" || fail 44 "database $new was never staged"
                if [ -n "$AGAIN" ]; then
                  sql "$new" "select format('%I.%I', n.nspname, c.relname) || chr(9) || quote_ident(a.attname) from pg_index i join pg_class c on c.oid = i.indrelid
                    join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid and a.attnum = any(i.indkey) where i.indisprimary
                    order by array_position(i.indkey, a.attnum)" > "$SCRATCH/keys"
                fi
                read_it() { pg_restore -a -f -; }
                find_it() { as pg_dump -w -a -d "$new"; }
                compared read_it find_it
                """);
    }

    @Override
    public String swap() {
        return TOOLS
                + """
                ! is "$part" || fail 44 "database $DATABASE was staged in part only, in database $part"
                if is "$new"; then
                  quiet
                  if is "$DATABASE"; then
                    ! is "$old" || fail 45 "database $DATABASE was made anew while it was swapped; rename it"
                    sql postgres "begin; alter database \\"$DATABASE\\" rename to \\"$old\\"; alter database \\"$new\\" rename to \\"$DATABASE\\"; commit"
                  else
                    sql postgres "alter database \\"$new\\" rename to \\"$DATABASE\\""
                  fi
                fi
                is "$DATABASE" || fail 44 "database $DATABASE was never staged"
                echo swapped
                """;
    }

    @Override
    public String undo() {
        return TOOLS
                + """
                if is "$old"; then
                  quiet; drop "$new"
                  ! is "$DATABASE" || sql postgres "alter database \\"$DATABASE\\" rename to \\"$new\\""
                  sql postgres "alter database \\"$old\\" rename to \\"$DATABASE\\""
                fi
                drop "$new"; drop "$part"
                """;
    }

    /** Where the server has its files, if it is of this host and tells. */
    @Override
    public Optional<String> room() {
        return Optional.of(
                TOOLS
                        + """
                here || exit 0
                d=$(sql postgres 'show data_directory' 2>/dev/null) || exit 0; d=${d%/}
                [ -n "$d" ] && [ -f "$d/PG_VERSION" ] || exit 0
                room "$d/x" data "$d"
                """);
    }

    @Override
    public String finish() {
        return TOOLS + "drop \"$old\"\n";
    }

    @Override
    public String discard() {
        return TOOLS + "drop \"$new\"; drop \"$part\"\n";
    }
}
