/** Services as they are seen from outside. */
package io.muster.steps.external;
