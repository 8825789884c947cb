/** Metrics targets, registered in files that Prometheus watches (file_sd). */
package io.muster.steps.metrics;
