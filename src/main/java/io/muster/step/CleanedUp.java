package io.muster.step;

/**
 * What {@link Step#cleanUp} did.
 *
 * @param running whether the run's service was seen running afterwards
 */
public record CleanedUp(String summary, boolean running) {}
