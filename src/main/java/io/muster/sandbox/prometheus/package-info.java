/**
 * A small Prometheus: finds targets in files, scrapes them, and answers the API calls with which steps check that a target
 * is scraped. It keeps the newest sample of each series only.
 */
package io.muster.sandbox.prometheus;
