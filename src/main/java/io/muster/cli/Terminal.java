package io.muster.cli;

import java.io.PrintStream;

/** Where a command speaks: results to {@code out}, what is wrong with the call to {@code err}. */
record Terminal(PrintStream out, PrintStream err) {}
