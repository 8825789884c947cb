/**
 * The commands beside the server: what operators and builds run from a shell. Each says what it did on standard output and
 * ends with 0, with 1 when it found something wrong, or with 2 when it was not understood.
 */
package io.muster.cli;
