/** Checks: each says what it found, and fails when that is not what was expected or its target is not there. */
package io.muster.steps.check;
