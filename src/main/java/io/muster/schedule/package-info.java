/** Starts runs by themselves when they are due, through the engine, as a user of its own. */
package io.muster.schedule;
