/** Removing a service completely, to prove that it can be brought back. */
package io.muster.steps.wipe;
