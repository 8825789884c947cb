/** Drills: their criteria, their measures, the wipe, and what is reported. */
package io.muster.steps.drill;
