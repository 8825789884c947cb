/** Documents of a run. */
package io.muster.steps.report;
