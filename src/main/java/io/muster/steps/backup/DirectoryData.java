package io.muster.steps.backup;

import io.muster.inventory.DataItem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Data that a server reads from its directory when it starts: what is staged beside it takes its place by renaming. */
abstract class DirectoryData implements DataType {

    /**
     * Names, of what is swapped: {@code cur}, {@code new}, {@code old}; {@code running}: whether the server runs, or may; {@code
     * muster_a}: what was said. Only a refused connection, or a socket that is not there, tells that it does not.
     */
    abstract String tools();

    /** What changes places does so alone. */
    static final String ALONE = "alone \"${cur%/*}/\"\n";

    @Override
    public List<String> problems(DataItem item) {
        List<String> wrong = new ArrayList<>();
        if (item.directory().isEmpty()) {
            wrong.add("needs `directory`, where the server has its data");
        }
        if (item.database().isPresent()) {
            wrong.add("has `database`, but the whole server is backed up, restored and wiped; leave it out");
        }
        return wrong;
    }

    @Override
    public String look() {
        return tools()
                + "real \"$cur\"\n"
                + "unmounted \"$cur\" \"which cannot be renamed or would go with what is replaced; give the server a directory below it\"\n"
                + "if [ -e \"$cur\" ]; then echo data; else echo none; fi\n";
    }

    @Override
    public String swap() {
        return tools() + ALONE
                + """
                ! running || fail 45 "the server of $DIRECTORY runs, or may ($muster_a); stop it, it would write over what is put there"
                if [ -e "$new" ]; then
                  if [ -e "$cur" ]; then
                    [ ! -e "$old" ] || fail 45 "something made $cur anew while it was swapped; move it away"
                    mv -- "$cur" "$old"
                  fi
                  mv -- "$new" "$cur"
                fi
                [ -e "$cur" ] || fail 44 "$cur was never staged"
                sync; echo swapped
                """;
    }

    @Override
    public String undo() {
        return tools() + ALONE
                + """
                [ ! -e "$old" ] || ! running || fail 45 "the server of $DIRECTORY runs, or may ($muster_a); stop it"
                put_back "$cur" "$old" "$cur.$TAG-undone"
                [ ! -e "$new" ] || { spare "$cur.$TAG-undone"; mv -- "$new" "$muster_u"; }
                released; sync; rm -rf -- "$cur.$TAG-undone"*; sync
                """;
    }

    @Override
    public Optional<String> swapped() {
        return Optional.of(tools() + "[ ! -e \"$old\" ] || echo swapped\n");
    }

    @Override
    public Optional<String> room() {
        return Optional.of(tools() + "room \"$new\" file \"$DIRECTORY\"; scratched\n");
    }

    @Override
    public String finish() {
        return tools() + ALONE
                + """
                [ ! -e "$old" ] || { spare "$cur.$TAG-gone"; mv -- "$old" "$muster_u"; }
                released; rm -rf -- "$cur.$TAG-gone"*
                """;
    }

    @Override
    public String discard() {
        return tools() + "rm -rf -- \"$new\"\n";
    }
}
