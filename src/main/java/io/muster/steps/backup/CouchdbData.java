package io.muster.steps.backup;

import io.muster.inventory.DataItem;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;

/**
 * A CouchDB database, over its HTTP API by {@code python3}: its documents with attachments and conflicting revisions, and its {@code
 * _security}; a line of JSON each, and a last one with their number. A database has no other name to be given: what was there is
 * copied to one beside it, then what was staged is copied into its place.
 */
@Component
final class CouchdbData implements DataType {

    private static final Pattern DATABASE = Pattern.compile("[a-z][a-z0-9_$()+/-]*");

    /** A server that does not answer is no answer to whether a database is there. */
    private static final String TOOLS = "need python3\nCOUCH=$(cat <<'MUSTER_PYTHON'\n" + Program.text("couchdb.py")
            + """
            MUSTER_PYTHON
            )
            couch() { python3 -c "$COUCH" "$@"; }
            ask() { muster_a=0; couch "$@" || muster_a=$?; case $muster_a in 0) return 0 ;; 3) return 1 ;; *) exit "$muster_a" ;; esac; }
            short=$(beside "$DATABASE"); new="$short-$TAG"; old="$short-$TAG-old"
            """;

    @Override
    public String name() {
        return "couchdb";
    }

    @Override
    public String suffix() {
        return "ndjson";
    }

    @Override
    public List<String> problems(DataItem item) {
        List<String> wrong = new ArrayList<>();
        if (item.database().isEmpty()) {
            wrong.add("needs `database`");
        }
        item.database()
                .filter(database -> !DATABASE.matcher(database).matches())
                .ifPresent(database -> wrong.add("has database '" + database
                        + "', which no CouchDB has: small letters, digits and _$()+-/, a letter first"));
        return wrong;
    }

    @Override
    public String size() {
        return TOOLS + "couch size \"$DATABASE\"\n";
    }

    @Override
    public String dump() {
        return TOOLS + "couch dump \"$DATABASE\"\n";
    }

    @Override
    public String check() {
        return TOOLS + "couch check\n";
    }

    @Override
    public String look() {
        return TOOLS + "if ask holds \"$DATABASE\"; then echo data; else echo none; fi\n";
    }

    @Override
    public String stage() {
        return TOOLS + "n=$(couch load \"$new\"); echo \"$n documents in database $new\"\n";
    }

    /** Once the staged database is marked, what was there is whole in the old one. */
    @Override
    public String swap() {
        return TOOLS
                + """
                if ask exists "$new"; then
                  if ! ask marked "$new"; then
                    couch delete "$old"
                    if ask exists "$DATABASE"; then couch copy "$DATABASE" "$old"; fi
                    couch mark "$new"
                  fi
                  couch copy "$new" "$DATABASE"; couch delete "$new"
                fi
                ask exists "$DATABASE" || fail 44 "database $DATABASE was never staged"
                echo swapped
                """;
    }

    @Override
    public String undo() {
        return TOOLS
                + """
                begun=yes; if ask exists "$new" && ! ask marked "$new"; then begun=; fi
                if ask exists "$old"; then
                  # The old one goes last: without it the database itself would be taken for what was restored.
                  [ -z "$begun" ] || { couch copy "$old" "$DATABASE"; couch delete "$new"; }
                  couch delete "$old"
                elif ask exists "$new" && [ -n "$begun" ]; then couch delete "$DATABASE"; fi
                couch delete "$new"
                """;
    }

    @Override
    public String finish() {
        return TOOLS + "couch delete \"$old\"; couch delete \"$new\"\n";
    }

    @Override
    public String discard() {
        return TOOLS + "couch delete \"$new\"\n";
    }
}
