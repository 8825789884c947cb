package io.muster.remote;

import java.io.IOException;
import java.util.regex.Pattern;

/** A command whose output was read as a stream ended, and said why. */
public final class CommandEnded extends IOException {

    private static final long serialVersionUID = 1;

    /** As the shells that are a {@code /bin/sh} say it. */
    private static final Pattern MISSING = Pattern.compile(": (?:command )?not found\\s*$", Pattern.MULTILINE);

    /** @param words what it wrote on its error output */
    public CommandEnded(String words) {
        super(words);
    }

    /** Whether the host does not have the command at all. */
    public boolean isCommandMissing() {
        return MISSING.matcher(getMessage()).find();
    }
}
