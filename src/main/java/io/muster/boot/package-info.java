/** Puts a server together: the sandbox where no inventory is configured, the clock, and what is said when it is ready. */
package io.muster.boot;
