package io.muster.remote;

import java.io.IOException;

/** A command whose output was read as a stream ended, and said why. */
public final class CommandEnded extends IOException {

    private static final long serialVersionUID = 1;

    /** @param words what it wrote on its error output */
    public CommandEnded(String words) {
        super(words);
    }
}
