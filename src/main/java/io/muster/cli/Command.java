package io.muster.cli;

import java.util.List;

/** One command of the command line. */
interface Command {

    /** The first argument. */
    String name();

    /** What follows it: {@code check [file]}; may be empty. */
    String arguments();

    /** One line for the help. */
    String summary();

    /**
     * Does it.
     *
     * @return the exit status
     * @throws UsageException when the arguments are not understood
     */
    int run(List<String> arguments, Terminal terminal);
}
