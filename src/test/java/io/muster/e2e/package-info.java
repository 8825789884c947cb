/** Journeys through a whole server with its sandbox: by the public API, and in a real browser. */
package io.muster.e2e;
