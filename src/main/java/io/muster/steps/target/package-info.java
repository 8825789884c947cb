/** Readiness of what runs work on: everything looked at, nothing changed, all findings at once. */
package io.muster.steps.target;
