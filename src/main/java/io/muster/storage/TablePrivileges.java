package io.muster.storage;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.JdbcOperations;

/**
 * What the server's role needs on a table, and all that it gets: no change of evidence. A table says by its trigger
 * {@code append_only} what must not be done to it.
 *
 * @param table quoted as in SQL, with its schema
 * @param needed of SELECT, INSERT, UPDATE, DELETE
 * @param missing those of them that the current role does not have
 */
record TablePrivileges(String table, List<String> needed, List<String> missing) {

    /** Bits of {@code pg_trigger.tgtype}: 16 is for UPDATE, 8 for DELETE. Chains are written by {@code audit_append} alone. */
    private static final String ALL =
            """
            with wanted as (
                select c.oid, format('%I.%I', current_schema(), c.relname) as name,
                       array_remove(array['SELECT',
                           case when not fixed then 'INSERT' end,
                           case when not fixed and refused & 16 = 0 then 'UPDATE' end,
                           case when not fixed and refused & 8 = 0 then 'DELETE' end], null) as needed
                from pg_class c
                cross join lateral (select c.relname in ('audit_event', 'audit_head', 'flyway_schema_history',
                                                         'act_ge_schema_log') as fixed) f
                cross join lateral (select coalesce(bit_or(tgtype), 0::smallint)::int as refused from pg_trigger
                                    where tgrelid = c.oid and tgname = 'append_only') t
                where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p'))
            select name, array_to_string(needed, ',') as needed,
                   array_to_string(array(select p from unnest(needed) p where not has_table_privilege(oid, p)), ',') as missing
            from wanted order by name
            """;

    static List<TablePrivileges> all(JdbcOperations jdbc) {
        return jdbc.query(
                ALL,
                (row, n) -> new TablePrivileges(
                        row.getString("name"), list(row.getString("needed")), list(row.getString("missing"))));
    }

    private static List<String> list(String joined) {
        return joined.isEmpty() ? List.of() : Arrays.asList(joined.split(","));
    }

    /** {@code public.step_log: INSERT, UPDATE}. */
    String missingText() {
        return table + ": " + missing.stream().collect(Collectors.joining(", "));
    }
}
