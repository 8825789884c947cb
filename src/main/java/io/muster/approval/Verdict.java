package io.muster.approval;

/**
 * A decision that counts.
 *
 * @param comment trimmed, possibly empty
 * @param self whether who decided had started the run
 */
public record Verdict(String by, boolean approved, String comment, boolean self) {}
