/**
 * The contract of a step: one class that does one real thing, with its input and output as records.
 *
 * <p>Everything that surrounds a step (binding, journal, masking, retries, incidents) is done once, by the engine's
 * delegate. A new step is one {@link io.muster.step.Step} with its tests; the catalogue, the Modeler templates and
 * {@code docs/steps.md} follow from its annotations.
 */
package io.muster.step;
