/**
 * Who may approve what: the four-eyes rule as a value, without an engine and without I/O. The hooks that no door can
 * walk around are the engine's.
 */
package io.muster.approval;
