/**
 * Measurements, not tests: nothing here fails because something is slow. They run with {@code ./mvnw -Pbench verify} and
 * never in the normal build; what they found is in {@code docs/performance.md}.
 */
package io.muster.bench;
